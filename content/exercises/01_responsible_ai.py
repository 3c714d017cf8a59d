# ---
# jupyter:
#   workshop:
#     minutes: 40
# ---

# %% [markdown]
# # Exercise 1: Who bears the error?
#
# 30 to 40 minutes · 10 questions · no programming needed
#
# After this exercise you can:
#
# - read error rates as people, group by group;
# - say why the errors of one score can't be equal in every way in this data;
# - count the false alarms in a crowd;
# - tell what an explanation proves, and what it does not;
# - weigh necessity and proportionality.

# %% [markdown]
# ## How to use it
#
# 1. Run each cell with **Shift + Enter**.
# 2. Answer in the box under the question and press **Check**. A wrong answer brings a hint; try as often as you like.
# 3. The cells "Write your code here" are only for those who like to code: `exercise.check("q1", 0.25)`.
#
# By keyboard: **Tab** goes on, **Space** chooses and presses. Your progress is kept on this computer, in the
# folder `my_work`.

# %% [markdown] tags=["notes"]
# **Clock.** Questions 1 to 4: 15 minutes, 5: 5 minutes, 6 to 8: 10 minutes, 9 and 10: 8 minutes. Let people
# work in pairs: one reads the hint aloud, the other changes the answer. Questions 9 and 10 deserve a talk
# in the room: let those who chose otherwise speak first.

# %%
from workshop import audit, checks, datasets, probes
from workshop.checks.questions_01_responsible_ai import FACTS, toronto_case, toronto_model

exercise = checks.open_exercise("01_responsible_ai")
people = datasets.load("compas_scores")

# %% [markdown]
# ## 1. Flagged for nothing
#
# COMPAS gives each defendant a score from 1 to 10. Here 5 and over counts as **flagged**. "Re-offended"
# means arrested again within two years. The group names are those of the United States data (ProPublica,
# 2016).
#
# Find your answer in the table: each rate says *of whom* it is a share.

# %%
by_group = audit.group_rates(people.reoffended, people.decile_score >= 5, people.group)
by_group

# %%
exercise.ask("q1")

# %% tags=["solution"]
exercise.check("q1", by_group.of("African-American", "false_positive_rate").value)

# %% [markdown]
# ## 2. What is nearly equal?
#
# Two sides can look at this same table, and each can find a number that supports it. Compare the two
# groups, rate by rate.

# %%
exercise.ask("q2")

# %% tags=["solution"]
letters = {
    "a": "false_positive_rate",
    "b": "false_negative_rate",
    "c": "positive_predictive_value",
    "d": "selection_rate",
}
gaps = {
    letter: abs(by_group.difference(rate, "African-American", "Caucasian").value)
    for letter, rate in letters.items()
}
exercise.check("q2", min(gaps, key=gaps.get))

# %% [markdown]
# ## 3. The rate as a formula
#
# Four counts describe every tool that flags people. Choose the formula in words, or write it. Those who
# code pass a function: `exercise.check("q3", my_function)`, with the parameters `tn, fp, fn, tp` in this
# order.

# %%
exercise.ask("q3")


# %% tags=["solution"]
def false_positive_rate(tn, fp, fn, tp):
    return fp / (fp + tn)


exercise.check("q3", false_positive_rate)

# %% [markdown]
# ## 4. Equal in every way?
#
# Move the threshold. Watch which numbers change, and which never do. Then think of a better score than this
# one.

# %%
two = people[people.group.isin(["African-American", "Caucasian"])]
probes.threshold(
    two.reoffended,
    two.decile_score,
    two.group,
    score_name="COMPAS score",
    group_names={"African-American": "Black", "Caucasian": "white"},
    default=5,
)

# %%
exercise.ask("q4")

# %% tags=["solution"]
base, precision, recall = by_group.frame(["base_rate"])["value"].droplevel("rate"), 0.6, 0.6
wrong_flags = base / (1 - base) * (1 - precision) / precision * recall
unequal = wrong_flags["African-American"] - wrong_flags["Caucasian"] > 0.01
exercise.check("q4", "d" if unequal else "a")

# %% [markdown]
# ## 5. One wanted person in a crowd
#
# The probe is set to the crowd of the question. Find the two numbers of people that you need.

# %%
probes.base_rate(prevalence=1 / 10_000, crowd=100_000, target="wanted")

# %%
exercise.ask("q5")

# %% tags=["solution"]
wanted = 100_000 / 10_000
exercise.check("q5", (0.01 * (100_000 - wanted)) / (0.99 * wanted))

# %% [markdown]
# ## 6. Held or released
#
# Toronto, 1997 to 2002: people arrested for a small amount of marijuana. Some were released with a summons,
# others were held. The table gives the share **held** by colour, and the two ends of its 95% interval (low,
# high).

# %%
arrests = datasets.load("toronto_arrests")
held = audit.group_rates(~arrests.released, ~arrests.released, arrests.colour)
held.frame(["selection_rate"]).round(3)

# %%
exercise.ask("q6")

# %% tags=["solution"]
exercise.check("q6", 100 * held.difference("selection_rate", "Black", "White").value)

# %% [markdown]
# ## 7. One case explained
#
# A model learned to repeat these decisions. Here is one case, chosen because several facts push
# in it: a Black person who was held. *Checks* counts the police databases that hold the name. Each bar pushes towards **held** or towards **released**.

# %%
model, case = toronto_model(), toronto_case()
probes.explanation(model, case, background=arrests[FACTS], outcome_words=("held", "released"))

# %%
exercise.ask("q7")

# %% tags=["solution"]
pushes = audit.explain_linear(model, case, background=arrests[FACTS]).contributions
exercise.check("q7", {"colour": "a", "checks": "b", "employed": "c", "age": "d"}[pushes.idxmax()])

# %% [markdown]
# ## 8. Change one fact
#
# In the probe above, change only the colour. What does the answer of the model prove, and what does it not
# prove?

# %%
exercise.ask("q8")

# %% tags=["solution"]
before, after = (model.predict_proba(one)[0, 1] for one in (case, case.assign(colour="White")))
exercise.check("q8", ["a", "d"] if after < before else ["d"])

# %% [markdown]
# ## 9. Needed, and worth its harm?
#
# Ask in this order: legality, aim, suitability, necessity, proportionality, safeguards. No data will answer
# this for you.

# %%
exercise.ask("q9")

# %% tags=["solution"]
exercise.check("q9", "c")

# %% [markdown]
# ## 10. Robert Williams
#
# In January 2020 Detroit police arrested Robert Williams on a face-search lead from poor video of a theft.
# It was not him. He was held for about 30 hours. In June 2024 the city settled. Among the new rules:
#
# - no arrest on face results **alone**;
# - no line-up **without independent evidence**;
# - disclosure, training, and an audit back to 2017.
#
# <small>Michigan Public; Detroit News.</small>

# %%
exercise.ask("q10")

# %% tags=["solution"]
exercise.check("q10", ["a", "b", "d"])

# %% [markdown]
# ## Your progress
#
# Run this cell again at any time.

# %%
exercise.progress()

# %% [markdown]
# ## Take with you
#
# Write down one system you know. Which error can it make? Who bears it? Who in your unit would notice?
