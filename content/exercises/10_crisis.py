# ---
# jupyter:
#   workshop:
#     minutes: 25
# ---

# %% [markdown]
# # Exercise 10: Keep it, or switch it off?
#
# 25 minutes · 6 questions · no programming needed
#
# After this exercise you can:
#
# - count what a broken plan costs, and whom;
# - read an interval: a clear change, no clear change, no change;
# - ask a seller how many false alarms your desk will hear;
# - answer somebody who wants to go on without a review.

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
# **Clock.** Questions 1 and 2: 8 minutes, 3: 4 minutes, 4: 5 minutes, 5: 4 minutes, 6: 4 minutes. Question 6 deserves
# a talk in the room: who, in your force, would be the name in the decision?

# %%
from workshop import checks, probes
from workshop.checks import questions_10_crisis as prepared
from workshop.domains import crisis

exercise = checks.open_exercise("10_crisis")
test = prepared.test()

# %% [markdown]
# ## 1. Sent for nothing
#
# Choose San Francisco, and theft from vehicles.

# %%
probes.stress(test)

# %%
exercise.ask("q1")

# %% tags=["solution"]
row = test.since().loc[(prepared.BAY, prepared.FROM)]
exercise.check("q1", 1 - row.recorded / row.planned)

# %% [markdown]
# ## 2. One headline

# %%
probes.changes(test, [crisis.HOMES, crisis.SHOPS])

# %%
exercise.ask("q2")

# %% tags=["solution"]
exercise.check("q2", "b")

# %% [markdown]
# ## 3. What the desk hears
#
# Choose the formula in words, or write it.

# %%
exercise.ask("q3")


# %% tags=["solution"]
def heard(series, weeks):
    return series * 52 / weeks


exercise.check("q3", heard)

# %% [markdown]
# ## 4. The setting
#
# The first table: 10 false alarms accepted in 2019, over all 29 series. The second: 50. "changed": series that changed
# clearly at 16 March. "noticed": of these, the alarm rings. For one sentence you need the probe of question 1.

# %%
shown = {"ordinary": "alarms 2019", "before": "alarms 2020, before", "changed": "changed", "noticed": "noticed"}
prepared.desk().comparison(prepared.PRICE)[list(shown)].rename(columns=shown)

# %%
prepared.desk().comparison(prepared.HIGH_PRICE)[list(shown)].rename(columns=shown)

# %%
exercise.ask("q4")

# %% tags=["solution"]
exercise.check("q4", ["a", "c", "d"])

# %% [markdown]
# ## 5. A planted change
#
# In Hill City something was planted on 23 March 2020, in some series. A factor of 1 means no change.

# %%
prepared.hill_changes()

# %%
exercise.ask("q5")

# %% tags=["solution"]
exercise.check("q5", "b")

# %% [markdown]
# ## 6. "It works, go on"
#
# The decision of the lesson, and nobody holds the review.

# %%
probes.sunset({"nobody holds the review": prepared.decided()}, on="2020-04-20")

# %%
exercise.ask("q6")

# %% tags=["solution"]
exercise.check("q6", "b")

# %% [markdown]
# ## Your progress
#
# Run this cell again at any time.

# %%
exercise.progress()

# %% [markdown]
# ## Take with you
#
# Which tool in your unit was switched on in a crisis, and is still on? Who would be the name, and which day the last?
