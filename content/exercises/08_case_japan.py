# ---
# jupyter:
#   workshop:
#     minutes: 25
# ---

# %% [markdown]
# # Exercise 8: Who is read, and why?
#
# 20 to 25 minutes · 6 questions · no programming needed
#
# After this exercise you can:
#
# - say what found cases tell, and what they don't;
# - find out how often a group is reported, from the right numbers;
# - compare rankings by whom they miss and whom they examine for nothing;
# - decide on a ranking for a major event, with reasons.

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
# All data here is generated. It resembles no agency's.

# %% [markdown] tags=["notes"]
# **Clock.** Questions 1 and 2: 7 minutes, 3: 4 minutes, 4: 6 minutes, 5: 3 minutes, 6: 5 minutes. Before 4, let everybody
# say aloud whether leaving the passport out mends it. Questions 1 and 6 deserve a talk in the room.

# %%
from workshop import checks, probes
from workshop.checks import questions_08_case_japan as prepared

exercise = checks.open_exercise("08_case_japan")

# %% [markdown]
# ## 1. Who was found?
#
# Reports of years 1 and 2: how many there are, how many officers read, and in how many they found laundering.

# %%
prepared.past().groupby("passport").agg(reports=("read", "size"), read=("read", "sum"), found=("found", "sum"))

# %%
exercise.ask("q1")

# %% tags=["solution"]
exercise.check("q1", "b")

# %% [markdown]
# ## 2. Another bank
#
# Its clerks have another habit. These are its customers, and this year's harmless reports about them.

# %%
prepared.other_bank()

# %%
exercise.ask("q2")

# %% tags=["solution"]
rates = prepared.other_bank()["harmless reports"] / prepared.other_bank()["customers"]
exercise.check("q2", rates["foreign"] / rates["national"])

# %% [markdown]
# ## 3. The price of a catch
#
# Choose the formula in words, or write it.

# %%
exercise.ask("q3")


# %% tags=["solution"]
def harmless_for_each_case(read, laundering, missed):
    caught = laundering - missed
    return (read - caught) / caught


exercise.check("q3", harmless_for_each_case)

# %% [markdown]
# ## 4. In which order?
#
# The probe of the lesson. *More settings* has the places by customers.

# %%
probes.capacity(prepared.this_year(), prepared.scores(), prepared.customers(), read=prepared.READ)

# %%
exercise.ask("q4")

# %% tags=["solution"]
exercise.check("q4", ["a", "d", "e"])

# %% [markdown]
# ## 5. A camera at night

# %%
probes.top_five(prepared.pictures())

# %%
exercise.ask("q5")

# %% tags=["solution"]
night = prepared.car_lists().listed(5, "night")
exercise.check("q5", 1 - night.on_the_list / night.pictures)

# %% [markdown]
# ## 6. Your decision
#
# A made-up offer for a country that hosts a championship next year.
#
# - **Law:** the law on money laundering covers reading and ranking these reports; the data protection officer has no
#   objection.
# - **The pile:** 60,000 reports a year, and more at the event. The team reads 3,000.
# - **The tool:** it learned from all reports of five years; those that nobody read count as harmless. The seller's test:
#   90 of 100 known cases are among the first 3,000.
# - **The plan:** what is not among the first 3,000 is deleted at the end of the month.

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
# Which reports reach your unit, and who decides to send them? Write down one group of which you know the reports, but
# not how many people it has. Whom could you ask?
