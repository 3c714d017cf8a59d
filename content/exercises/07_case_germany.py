# ---
# jupyter:
#   workshop:
#     minutes: 25
# ---

# %% [markdown]
# # Exercise 7: What may the court be told?
#
# 20 to 25 minutes · 6 questions · no programming needed
#
# After this exercise you can:
#
# - work out the errors that a rate hides;
# - say how often a flag is right in your own pile;
# - tell what an explanation shows from what it doesn't;
# - find wrong records behind a model, and decide.

# %% [markdown]
# ## How to use it
#
# 1. Run each cell with **Shift + Enter**. A cell may need some seconds.
# 2. Answer in the box under the question and press **Check**. A wrong answer brings a hint; try as often as you like.
# 3. The cells "Write your code here" are only for those who like to code: `exercise.check("q1", "b")`.
#
# By keyboard: **Tab** goes on, **Space** chooses and presses. Your progress is kept on this computer, in the folder
# `my_work`.
#
# All data was generated for this course. It resembles no agency's.

# %% [markdown] tags=["notes"]
# **Clock.** Questions 1 to 3: 9 minutes, 4: 6 minutes, 5: 4 minutes, 6: 5 minutes. Question 4 deserves a talk in the
# room: let somebody play the judge and ask "So transfers abroad are a sign of fraud?".

# %%
from workshop import checks, probes
from workshop.checks import questions_07_case_germany as prepared

exercise = checks.open_exercise("07_case_germany")

# %% [markdown]
# ## 1. The sum of the errors
#
# 20,000 files, 400 of them matter. The tool is “95% correct”.

# %%
probes.correct_rate(accuracy=prepared.ACCURACY, prevalence=prepared.PREVALENCE, files=prepared.FILES)

# %%
exercise.ask("q1")

# %% tags=["solution"]
exercise.check("q1", 700)

# %% [markdown]
# ## 2. The formula
#
# Choose the formula in words, or write it. A seller tells you the accuracy and how many files that matter were found.
# You want to know how many files of others were opened for nothing.

# %%
exercise.ask("q2")


# %% tags=["solution"]
def false_alarms(files, accuracy, relevant, found):
    return (1 - accuracy) * files - (relevant - found)


exercise.check("q2", false_alarms)

# %% [markdown]
# ## 3. In the archive
#
# The two sorters of the case, in the seller's test and in your archive.

# %%
prepared.counts()

# %%
exercise.ask("q3")

# %% tags=["solution"]
exercise.check("q3", 80 / (80 + 729))

# %% [markdown]
# ## 4. In front of the court
#
# Account A of the case, explained three ways. Under “More settings” you can show what the later check found.

# %%
probes.reasons(prepared.refits(), prepared.cases())

# %%
exercise.ask("q4")

# %% tags=["solution"]
exercise.check("q4", ["a", "d"])

# %% [markdown]
# ## 5. The records behind the model
#
# Recorded: what the model was trained on. Checked: what a later check found.

# %%
prepared.records()

# %%
exercise.ask("q5")

# %% tags=["solution"]
moved = prepared.records().loc["moved here"]
exercise.check("q5", moved["of these recorded as used"] / moved["not used by a ring (checked)"])

# %% [markdown]
# ## 6. Your decision
#
# A made-up offer for the court's file.
#
# - **Law:** the law allows such a tool as a lead; a judge decides about each account.
# - **The tool:** it flags accounts. The seller says: “80% correct, and each flag explains itself: the main reason is
#   printed beside it”.
# - **The audit** is the one of the case: transfers abroad count, and the records of people who moved here are wrong.
# - **The plan:** the printed reason goes into the application to freeze the account.

# %%
exercise.ask("q6")

# %% tags=["solution"]
exercise.check("q6", "c")

# %% [markdown]
# ## Your progress
#
# Run this cell again at any time.

# %%
exercise.progress()

# %% [markdown]
# ## Take with you
#
# Which rate did the last seller tell you? Write down the four counts that you would ask for, and the pile in which
# they should be counted.
