# ---
# jupyter:
#   workshop:
#     minutes: 20
# ---

# %% [markdown]
# # Exercise 9: In time, and for whom?
#
# 20 minutes · 6 questions · no programming needed
#
# After this exercise you can:
#
# - weigh saved hours against statements that stay wrong;
# - say how many are found in time, without leaving anybody out;
# - tell who pays for an alarm, and why most alarms are for nothing;
# - keep apart: may we develop it, may we use it?

# %% [markdown]
# ## How to use it
#
# 1. Run each cell with **Shift + Enter**. A cell may need some seconds.
# 2. Answer in the box under the question and press **Check**. A wrong answer brings a hint; try as often as you like.
# 3. The cells "Write your code here" are only for those who like to code: `exercise.check("q2", "3/4")`.
#
# By keyboard: **Tab** goes on, **Space** chooses and presses. Your progress is kept on this computer, in the folder
# `my_work`.
#
# All data is generated and resembles no agency's. The topic of the chats is harm to children; there is no content, only
# scores. You may stop at any time.

# %% [markdown] tags=["notes"]
# **Clock.** Question 1: 4 minutes, 2 and 3: 6 minutes, 4 and 5: 6 minutes, 6: 4 minutes. Say before you begin what the
# chats are about, and that anybody may leave. Questions 5 and 6 deserve a talk in the room.

# %%
from workshop import checks, probes
from workshop.checks import questions_09_case_norway as prepared

exercise = checks.open_exercise("09_case_norway")
alarms = prepared.alarms()

# %% [markdown]
# ## 1. Hours and statements
#
# How many interviews are listened to again, and how long does it take to correct a wrong word?

# %%
probes.correction(prepared.transcripts())

# %%
exercise.ask("q1")

# %% tags=["solution"]
exercise.check("q1", ["a", "b", "e"])

# %% [markdown]
# ## 2. Found in time
#
# The same picture serves questions 2 to 5. First leave it as it is.

# %%
probes.early_warning(alarms, accepted=prepared.ACCEPTED)

# %%
exercise.ask("q2")

# %% tags=["solution"]
slang = prepared.found().loc["youth slang"]
exercise.check("q2", slang["in time"] / slang["denominator"])

# %% [markdown]
# ## 3. The same price
#
# Go back to the picture. Each rule gets the threshold that keeps to the price: so many innocent chats may be flagged.

# %%
exercise.ask("q3")

# %% tags=["solution"]
exercise.check("q3", ["b", "d", "e"])

# %% [markdown]
# ## 4. The formula
#
# Choose the formula in words, or write it.

# %%
exercise.ask("q4")


# %% tags=["solution"]
def right_share(chats, harmful, found, flagged):
    return harmful * found / (harmful * found + (chats - harmful) * flagged)


exercise.check("q4", right_share)

# %% [markdown]
# ## 5. Whose chats?
#
# Go back to the picture, and open **More settings**.

# %%
exercise.ask("q5")

# %% tags=["solution"]
exercise.check("q5", "c")

# %% [markdown]
# ## 6. Your decision
#
# A made-up offer: an alarm for chats.
#
# - **Stage 2, develop:** on closed cases, with a court's leave for this. Two people read, and get help for it.
# - **Test:** chats in standard writing. Of 100 harmful ones 97 were found within 40 messages.
# - **Stage 4, deploy:** on all chats of a platform. The alarm goes to the police's duty desk. No moderator. The law for
#   this: "will be found".

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
# Which claim of a seller did you hear last? Write down its second half: the number that was not said.
