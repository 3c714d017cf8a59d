# ---
# jupyter:
#   workshop:
#     minutes: 40
# ---

# %% [markdown]
# # Exercise 2: Where do the records send us?
#
# 35 to 40 minutes · 10 questions · no programming needed
#
# After this exercise you can:
#
# - say what a police record is evidence of, and what it is not;
# - see what residents, and people of unknown race, do to a rate;
# - count the errors of a forecast, and tell an honest test from a flattering one;
# - name who pays when officers are missing or when patrols follow their own records;
# - ask what a good test leaves open: necessity and proportionality.

# %% [markdown]
# ## How to use it
#
# 1. Run each cell with **Shift + Enter**. A cell may need some seconds.
# 2. Answer in the box under the question and press **Check**. A wrong answer brings a hint; try as often as you like.
# 3. The cells "Write your code here" are only for those who like to code: `exercise.check("q2", 25)`.
#
# By keyboard: **Tab** goes on, **Space** chooses and presses. Your progress is kept on this computer, in the
# folder `my_work`.

# %% [markdown] tags=["notes"]
# **Clock.** Questions 1 to 3: 9 minutes, 4: 5 minutes, 5 and 6: 7 minutes, 7 and 8: 9 minutes, 9: 5 minutes, 10: 5
# minutes. People need a calculator for 2, 4 and 9. Let them work in pairs: one moves the probe, the other says what
# changed and for whom. Questions 3, 7 and 10 deserve a talk in the room.

# %%
from workshop import audit, checks, datasets, probes
from workshop.checks.questions_02_resource_optimization import backtest, by_patrols, precinct_errors
from workshop.domains import resources

exercise = checks.open_exercise("02_resource_optimization")
stops = datasets.load("minneapolis_stops")

# %% [markdown]
# ## 1. One row
#
# Stops recorded by the police of Minneapolis in 2017 (open data of the city). These are five rows, drawn by lot.

# %%
stops[["time", "reason", "precinct", "race", "person_search"]].sample(5, random_state=1)

# %%
exercise.ask("q1")

# %% tags=["solution"]
exercise.check("q1", ["a", "c"])

# %% [markdown]
# ## 2. Stops per 1,000 residents
#
# The residents come from a survey of 2015. It has no number for three neighborhoods in which people were stopped; all
# three are in precinct 4. So the table counts stops with and without residents. Precinct 2 is left out: the residents
# of one of its neighborhoods are wrong in the source.

# %%
table = resources.residents(stops, datasets.load("minneapolis_neighborhoods")).drop(index=2)
table[["population", "stops", "stops_with_residents", "stops_without_residents"]]

# %%
exercise.ask("q2")

# %% tags=["solution"]
exercise.check("q2", 1000 * table.stops_with_residents[4] / table.population[4])

# %% [markdown]
# ## 3. What a high rate proves
#
# The same number for each precinct. Precinct 1 is downtown.

# %%
rates = {
    f"Precinct {number}": {"all stops": audit.incidence(row.stops_with_residents, row.population, per=1000)}
    for number, row in table.iterrows()
}
probes.compare("Recorded stops", rates, unit="stops per 1,000 residents", counted=("stops", "residents"))

# %%
exercise.ask("q3")

# %% tags=["solution"]
exercise.check("q3", "d")

# %% [markdown]
# ## 4. Race unknown
#
# Race is what the officer wrote down. In one of five stops with a record of searches it says "Unknown". These people
# belong to some group, too. The hatched bars show how far each number could move, whoever they are. The table under
# the figure holds the same numbers.

# %%
searches = audit.group_rates(stops.person_search, stops.person_search, stops.race)
shown = {group: searches.of(group, "selection_rate") for group in ("Black", "White", "Unknown")}
ends = {group: searches.bounds("selection_rate", group, ["Unknown"]) for group in ("Black", "White")}
probes.compare(
    "Stops with a search of the person",
    {"Race as recorded": shown},
    bounds={"Race as recorded": ends},
    axis_end=25,
)

# %%
exercise.ask("q4")

# %% tags=["solution"]
exercise.check("q4", 100 * (ends["Black"][0] - ends["White"][1]))

# %% [markdown]
# ## 5. How far off?
#
# A forecast says, a week before, how many stops will be recorded in each hour. The table compares it with what was
# recorded then:
#
# - **too_many**: stops forecast above what was recorded, summed over all hours in which the forecast was too high;
# - **too_few**: stops below it, summed over all hours in which the forecast was too low;
# - **recorded**: all stops recorded in these hours; **hours**: their number.
#
# Choose the formula in words, or write it.

# %%
later_weeks = precinct_errors(backtest("time"))
later_weeks.round().astype(int)

# %%
exercise.ask("q5")


# %% tags=["solution"]
def mean_absolute_error(too_many, too_few, recorded, hours):
    return (too_many + too_few) / hours


exercise.check("q5", mean_absolute_error)

# %% [markdown]
# ## 6. An honest test
#
# The mean absolute error of question 5, in stops per hour. One column is from a test on weeks after those that the
# forecast had learned from; the other from a test on shuffled hours.

# %%
shuffled = precinct_errors(backtest("shuffled"))
tests = {"later weeks": later_weeks, "shuffled hours": shuffled}
later_weeks[[]].assign(**{name: (t.too_many + t.too_few) / t.hours for name, t in tests.items()}).round(3)

# %%
exercise.ask("q6")

# %% tags=["solution"]
exercise.check("q6", "c")

# %% [markdown]
# ## 7. Every fifth officer is sick
#
# On 9 April 2020, 19.8% of the uniformed members of the New York police were on sick report. Set the first slider to
# this share. Then move the second one from end to end.
#
# What is needed here is our assumption, made to practise: each recorded stop keeps two officers busy for an hour.
# Calls for help are not in this data. **Unmet** means: officers are needed and none is free.
#
# <small>Patch, 25 April 2020.</small>

# %%
needed = 2 * resources.hour_of_week(resources.hourly(stops))
probes.allocation(needed, officers=60)

# %%
exercise.ask("q7")

# %% tags=["solution"]
total, first = (resources.plan(needed, 48, worst_first=weight) for weight in (0.0, 1.0))
true = {
    "a": total.unmet_share.idxmax() == 4,
    "b": (first.unmet_share <= total.unmet_share).all(),
    "c": first.unmet_share.max() < total.unmet_share.max(),
    "d": first.total_unmet >= 1.1 * total.total_unmet,
}
exercise.check("q7", [letter for letter, holds in true.items() if holds])

# %% [markdown]
# ## 8. Patrols that follow their own records
#
# Two areas, A and B. Patrols go where the records are, and find only what happens where they are. One rule tries to
# repair this: a record counts less where patrols are frequent (Ensign and others, 2018). Does it always work? Keep
# "two highest cells" and "as published", and try the four settings of the question.

# %%
probes.feedback(datasets.load("feedback_loop"))

# %%
exercise.ask("q8")

# %% tags=["solution"]
areas = datasets.load("feedback_loop").iloc[0]
incidents = (areas.rate_a_per_day, areas.rate_b_per_day)
tried = {"a": ("naive", 100, 2000), "b": ("reweighted", 1, 100)}
tried |= {"c": ("reweighted", 1, 1000), "d": ("reweighted", 100, 1000)}
gaps = {}
for letter, (rule, divisor, days) in tried.items():
    past = (areas.prior_a / divisor, areas.prior_b / divisor)
    runs = resources.simulate(incidents, past, days, 400, rule)
    gaps[letter] = abs(runs.mean[-1] - runs.true_share)
exercise.check("q8", min(gaps, key=gaps.get))

# %% [markdown]
# ## 9. Find the planted bias
#
# The records of a city that does not exist. We planted a bias: where patrols are more, an incident becomes a record
# more often. How much more often? Besides the records you have a survey of residents drawn by lot;
# **incidents_by_survey** is what it says about all residents. An answer within 0.2 of an honest audit is right.

# %%
by_patrols().round().astype(int)

# %%
exercise.ask("q9")

# %% tags=["solution"]
exercise.check("q9", resources.estimate_bias(datasets.load("planned_city")).value)

# %% [markdown]
# ## 10. After a good test
#
# Ask in this order: legality, aim, suitability, necessity, proportionality, safeguards. And: who was asked?

# %%
exercise.ask("q10")

# %% tags=["solution"]
exercise.check("q10", ["a", "b", "d", "e"])

# %% [markdown]
# ## Your progress
#
# Run this cell again at any time.

# %%
exercise.progress()

# %% [markdown]
# ## Take with you
#
# Write down one number that your unit plans with. Who records it? Whose need is not in it? Whom could you ask?
