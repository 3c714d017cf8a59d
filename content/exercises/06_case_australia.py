# ---
# jupyter:
#   workshop:
#     minutes: 20
# ---

# %% [markdown]
# # Exercise 6: Who is not looked for?
#
# 20 minutes · 5 questions · no programming needed
#
# After this exercise you can:
#
# - say which victims are missed at a threshold and in the hours that you have;
# - count the hours of sorting and sampling;
# - compare two classifiers at the same workload;
# - tell an airlock that protects from one that does not;
# - decide on a plan to delete files unseen.

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
# The subject is abuse of children. All files are generated: there are only numbers. You may stop at any time.

# %% [markdown] tags=["notes"]
# **Clock.** Question 1: 4 minutes, 2: 4, 3: 5, 4: 3, 5: 4. Say again that anyone may step out. Questions 3 and 5 deserve
# a talk in the room: in 3 somebody is always worse off; in 5 nobody should leave with "the machine is good enough".

# %%
from workshop import checks, probes
from workshop.checks import questions_06_case_australia as prepared

exercise = checks.open_exercise("06_case_australia")

# %% [markdown]
# ## 1. Who is missed?
#
# Three hours, and a low threshold. First say it aloud: what decides here, the threshold or the time?

# %%
probes.triage(prepared.files(), prepared.scores(), threshold=prepared.LOW, hours=float(prepared.HOURS))

# %%
exercise.ask("q1")

# %% tags=["solution"]
capacity = prepared.viewed_in(prepared.HOURS)
exercise.check("q1", prepared.review(prepared.IN_USE).missed(prepared.LOW, capacity).value["darker"])

# %% [markdown]
# ## 2. How many hours?
#
# Officers view what the machine puts first, and a sample of the rest, to see what it misses. Choose the formula in
# words, or write it.

# %%
exercise.ask("q2")


# %% tags=["solution"]
def hours(files, above, share, per_hour):
    return (above + share * (files - above)) / per_hour


exercise.check("q2", hours)

# %% [markdown]
# ## 3. Is the new one better?
#
# Use the probe of question 1. The classifier is under "More settings".

# %%
exercise.ask("q3")

# %% tags=["solution"]
exercise.check("q3", ["a", "d"])

# %% [markdown]
# ## 4. An airlock for sale
#
# Think of the attack in the case.

# %%
exercise.ask("q4")

# %% tags=["solution"]
exercise.check("q4", "b")

# %% [markdown]
# ## 5. Your decision
#
# A made-up plan, for the classifier in use.
#
# - **Law:** the unit may hold these files for its cases.
# - **Aim:** officers shall see less.
# - **The plan:** every file that scores below 0.2 is deleted at once, unseen. What is left is viewed.
# - **The reason:** "Below 0.2 there is almost nothing, and nobody can be harmed by what is gone."

# %%
exercise.ask("q5")

# %% tags=["solution"]
exercise.check("q5", "c")

# %% [markdown]
# ## Your progress
#
# Run this cell again at any time.

# %%
exercise.progress()

# %% [markdown]
# ## Take with you
#
# Who in your unit views such files, how many a day, and who asks how they are? Write down one question to your own
# supplier: whom does it miss?
