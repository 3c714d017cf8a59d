# ---
# jupyter:
#   workshop:
#     minutes: 40
# ---

# %% [markdown]
# # Exercise 11: Decide, and defend it
#
# 35 to 40 minutes · 10 questions · no programming needed
#
# After this exercise you can:
#
# - ask the first question first, and tell which questions no number answers;
# - turn evidence into a gain, a gap that stays, and an alarm;
# - rate a risk that nobody measured, and say how bad the whole is;
# - tell a measure that works from a promise;
# - choose a decision that you can defend.

# %% [markdown]
# ## How to use it
#
# 1. Run each cell with **Shift + Enter**. A cell may need some seconds.
# 2. Answer in the box under the question and press **Check**. A wrong answer brings a hint; try as often as you like.
# 3. The cells "Write your code here" are only for those who like to code: `exercise.check("q1", "b")`.
#
# By keyboard: **Tab** goes on, **Space** chooses and presses. Your progress is kept on this computer, in the folder
# `my_work`.

# %% [markdown] tags=["notes"]
# **Clock.** Questions 1 and 2: 6 minutes, 3 and 4: 9 minutes, 5 and 6: 7 minutes, 7 and 8: 8 minutes, 9: 4 minutes, 10:
# 6 minutes. Questions 5, 7 and 10 deserve a talk in the room. After 7 ask who would be hidden by a mean. After 10 let one
# table defend "pause": it can be defended too, if most of the traffic is Kestimar's.

# %%
from workshop import casefile, checks
from workshop.checks import questions_11_toolkit as prepared

exercise = checks.open_exercise("11_toolkit")
worked = prepared.case()

# %% [markdown]
# ## 1. The first question
#
# A city wants cameras at a gate that read the plates of all cars and compare them with a list of wanted ones. Today
# officers at the gate look at some cars, with the list in hand.

# %%
exercise.ask("q1")

# %% tags=["solution"]
exercise.check("q1", "b")

# %% [markdown]
# ## 2. What a number can answer

# %%
exercise.ask("q2")

# %% tags=["solution"]
exercise.check("q2", ["b", "c", "e"])

# %% [markdown]
# ## 3. The gain
#
# The worked case of the lesson: a contact line. What was measured stands here. Choose the formula, or write it.

# %%
casefile.measured(worked)

# %%
exercise.ask("q3")


# %% tags=["solution"]
def gain(messages, read, urgent, waiting):
    return (messages - read) / messages - waiting / urgent


exercise.check("q3", gain)

# %% [markdown]
# ## 4. What a measure leaves
#
# Go back to the table of question 3. By telephone three of four words were missed; then the spotter was trained on the
# telephone.

# %%
exercise.ask("q4")

# %% tags=["solution"]
exercise.check("q4", prepared.gap_by_telephone().expected)

# %% [markdown]
# ## 5. Three stories

# %%
exercise.ask("q5")

# %% tags=["solution"]
exercise.check("q5", "c")

# %% [markdown]
# ## 6. Nobody measured it
#
# The four rules: without evidence a risk is never low; a measure lowers nothing until evidence shows that it works; the
# whole is as bad as its worst risk; too few people are no evidence.

# %%
exercise.ask("q6")

# %% tags=["solution"]
exercise.check("q6", "b")

# %% [markdown]
# ## 7. The whole sheet
#
# The sheet of the agency, as it stands. First say it aloud: which risk would you work on next?

# %%
casefile.risk_sheet(worked)

# %%
exercise.ask("q7")

# %% tags=["solution"]
exercise.check("q7", "d")

# %% [markdown]
# ## 8. A measure or a promise?
#
# Open the table under the heat maps of question 7.

# %%
exercise.ask("q8")

# %% tags=["solution"]
exercise.check("q8", ["b", "c"])

# %% [markdown]
# ## 9. When does the alarm ring?

# %%
exercise.ask("q9")

# %% tags=["solution"]
exercise.check("q9", 25)

# %% [markdown]
# ## 10. Your decision
#
# The cameras at the gate, half a year later.
#
# - **Need:** officers with a list saw one car in twenty. More officers were asked for, in vain.
# - **Law:** the police law covers this gate and this list; the data protection officer has no objection.
# - **Evidence (lesson 04):** read wrong are 3 of 100 plates of Talvora (2 to 6), 6 of Osbelia (4 to 10), 9 of Lumeko (6
#   to 13) and 17 of Kestimar (12 to 22). At night 7 of 40 plates of Lumeko were read wrong, by day 2 of 80.
# - **Measure:** an officer reads each plate on a screen before a car is stopped. It was tried for a month: every wrong
#   reading was found.
# - **Review:** in three months, by the head of the traffic police.

# %%
exercise.ask("q10")

# %% tags=["solution"]
exercise.check("q10", "b")

# %% [markdown]
# ## Your progress
#
# Run this cell again at any time.

# %%
exercise.progress()

# %% [markdown]
# ## Take with you
#
# Take a tool that your unit uses today. Who bears its worst risk, and what is the evidence? Who may switch it off?
