# ---
# jupyter:
#   workshop:
#     minutes: 60
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # Resource optimization: where do the police look?
#
# Lesson 2 · 60 minutes · no programming needed

# %% [markdown] tags=["notes"]
# **Clock.** Problem 4 min · data 10 · first model 7 · who is affected 10 · probe 17 · explain 5 · crisis 3 · review 4.
# The opening question: "Your plan for next week: which records is it made from? Who made those records?"
# Run all cells once before the room arrives (menu Run, Run All Cells).

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What you will learn
#
# After this lesson you can:
#
# - say what a police record is evidence of, and what it is not;
# - judge a forecast: against a simple rule, forward in time, place by place;
# - see who pays when there are too few officers;
# - find out when patrols that follow records run away from the truth;
# - audit records against a second source, and say how sure you are.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## The policing problem
#
# The police cannot be everywhere. Somebody must decide where to patrol, and who works when. In Japan, so the report
# of UNICRI and INTERPOL tells (2020, page 32), Tokyo's police tried a tool that shows areas of high crime risk.
#
# Such tools learn from records. But patrols make records:
#
# **plan → patrol → records → next plan**
#
# Two harms, two kinds of victim: people who are stopped again and again because of where they are, and people who
# call while nobody is free to come.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## The data and its datasheet
#
# Every row is a stop that the police of Minneapolis, United States, recorded in 2017.

# %%
from workshop import audit, datasets, probes
from workshop.domains import resources

stops = datasets.load("minneapolis_stops")
stops[["time", "reason", "race", "precinct"]].sample(4, random_state=3)

# %% slideshow={"slide_type": "skip"}
datasets.describe("minneapolis_stops")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What a stop is, and is not
#
# A row says: an officer stopped somebody here, and wrote it down. It is **not** a crime, and perhaps nobody
# called. "Race" is what the officer noted. Often it is "Unknown" or missing.
#
# Look for the busiest place at noon and at two in the night. Then choose *traffic*. What moves: crime, or work?

# %% slideshow={"slide_type": "subslide"}
probes.demand_map(stops, kind_words={"traffic": "traffic stops", "suspicious": "stops for suspicion"})

# %% slideshow={"slide_type": "subslide"}
counts = resources.hourly(stops)
profile = resources.hour_of_week(counts)
probes.hour_of_week(profile)

# %% [markdown] tags=["notes"]
# Ask for each pattern: who decided this? A shift that begins, a campaign, a bar that closes, a road with a camera
# car? Watch for "the crime is at night": the map shows when and where officers stopped people.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## A first model
#
# Three forecasts, made a week ahead, for each precinct and hour:
#
# - **last week**: the same count as seven days before;
# - **four weeks**: the mean of the last four such hours;
# - **model**: a regression that learns from the months before.
#
# **Predict first.** On average about one stop an hour is recorded in a precinct. By how many is each forecast wrong?

# %%
tested = resources.backtest(counts)
names = {"naive": "last week", "model": "model"}
errors = {words: tested.errors(forecast) for forecast, words in names.items()}

# %% slideshow={"slide_type": "subslide"}
precincts = {f"Precinct {each}" if each != "all" else "All": each for each in tested.precincts}
probes.compare(
    "How far a forecast is off",
    {shown: {words: errors[words][key] for words in errors} for shown, key in precincts.items()},
    unit="stops per hour",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Is it worth a model?
#
# The test is honest: the model saw only what was older than the hours it forecasts. Mixed up at random, past
# and future together, a test can flatter a model; here it does so a little (last line).
#
# The model is better than last week's copy, and a little better than a plain mean of four weeks. Even a perfect
# forecast would be wrong by "chance alone". **So how much does the model add? Do you need it?**

# %% slideshow={"slide_type": "subslide"}
means = tested.summary().loc["all", ["mean_actual", "naive", "recent_mean", "model", "chance_alone"]]
means.index = ["stops recorded", "last week is off by", "four weeks", "model", "chance alone"]
means["model, shuffled test"] = resources.backtest(counts, order="shuffled").errors()["all"].value
means.round(2).to_frame("stops per hour")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Who is affected
#
# In the car, officers note the race and whether they searched the person.
#
# **Predict first.** Of 100 Black people stopped, how many were searched?

# %%
in_car = stops[stops.in_car]
searches = audit.group_rates(in_car.person_search, in_car.person_search, in_car.race)
by_race = {race: searches.of(race, "selection_rate") for race in searches.groups}
probes.predict("Of 100 Black people stopped, how many were searched?", by_race["Black"])

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Missing is not nothing
#
# In many stops the race is "Unknown". Hardly anybody is searched there: to drop these rows would raise every rate. So
# they stay, as a group of their own. The hatched bar asks: where could a rate lie, **whoever the unknown are**?

# %% slideshow={"slide_type": "subslide"}
named = ["Black", "White", "Native American", "East African", "Latino"]
probes.compare(
    "Person searched, of stops entered in the car",
    {race: {"searched": by_race[race]} for race in [*named, "Unknown"]},
    bounds={race: {"searched": searches.bounds("selection_rate", race, ["Unknown"])} for race in named},
    axis_end=40,
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The benchmark problem
#
# Stops for each 1,000 residents: but are residents the right people to count? Many drive through where they do not
# live. Left out here: three neighborhoods with no residents in our table, and Como, whose number is doubtful.
#
# Searches avoid this problem: all were stopped. But whom the police stop is a choice too, and "searched" doesn't say
# why. Missing here: race "Unknown", or nothing entered. The bar's right end counts **all** of them.

# %% slideshow={"slide_type": "subslide"}
homes = datasets.load("minneapolis_neighborhoods").query("neighborhood != 'Como'")
counted = stops[stops.neighborhood.isin(homes.neighborhood)]
people = {race: (homes.population * homes[race.lower()]).sum() for race in ("Black", "White")}
per_1000 = {race: audit.incidence((counted.race == race).sum(), people[race], per=1000) for race in people}
unknown = (counted.race.isna() | (counted.race == "Unknown")).sum()
ends = {
    race: (rate.value, 1000 * (rate.numerator + unknown) / people[race]) for race, rate in per_1000.items()
}
probes.compare(
    "Stops recorded in 2017",
    {race: {"stops": rate} for race, rate in per_1000.items()},
    unit="stops per 1,000 residents",
    bounds={race: {"stops": each} for race, each in ends.items()},
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Probe it
#
# ### Who pays when officers are sick?
#
# A computer plans one week: shifts of 8 hours, 5 days, at least 11 hours of rest, somebody always on duty. It leaves as
# little work undone as it can. "Work" is what was recorded: 2 hours of an officer for each stop, our assumption.
#
# On 9 April 2020, 19.8% of New York's uniformed police were sick. **Predict first:** is the loss shared? Then move the
# weight towards the worst-off precinct. What does it cost the others?

# %% slideshow={"slide_type": "subslide"}
probes.allocation(2 * profile, officers=60)

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Do the records run away?
#
# Two areas of Oakland. A has 57 of 100 incidents. Each day one patrol goes where more was recorded, and records only
# what it meets there (Ensign et al. 2018).
#
# **Predict first:** after 1,000 days, how many of 100 patrols go to A? Then find settings that bring the patrols back
# to the truth. Hint: rule, past records, days.

# %% slideshow={"slide_type": "subslide"}
probes.feedback(datasets.load("feedback_loop"))

# %% [markdown] tags=["notes"]
# Published rates, 1,000 days: 70 of 100 patrols go to A with all past records; 82 or 83 with one in a hundred, but
# single runs end anywhere from 46 to 99. The other rule: 58 or 59 with all past records (58 after 2,000 days), 57 with
# one in a hundred. With a tenth of the incidents: 61 and 57. So the rule works with few old records or much time.
# "Equal incidents": the past records decide for ever. Watch for "so we reweight and all is well": ask who would
# delete the old records.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Score your audit
#
# A made-up city, so the truth is known. Five of its twelve districts have more patrols. A survey asked one in eight
# residents what happened to them in the same year; the police never saw the answers.
#
# Where patrols are more, an incident is more likely to become a record. **How many times as likely?** Compare records
# for each incident told in the survey, not records for each resident.

# %% slideshow={"slide_type": "subslide"}
city = datasets.load("planned_city")
city["records"] = city.records_by_call + city.records_by_patrol
city.groupby("patrols")[["residents", "records", "survey_asked", "survey_incidents"]].sum()

# %% slideshow={"slide_type": "subslide"}
probes.score(
    "How many times as likely is a record where patrols are more?",
    datasets.truth("planned_city")["bias"],
    resources.estimate_bias(city),
    naive=resources.naive_bias(city),
    low=0.5,
    high=4,
    step=0.1,
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Explain it
#
# What does the forecast use? Left: the error grows by so much if a column is shuffled. Right: how the forecast moves
# with one column.

# %% slideshow={"slide_type": "skip"}
before, after = resources.time_folds(resources.features(counts))[-1]
columns = list(resources.FEATURES)
model = resources.DemandModel().fit(before[columns], before.actual)
found = resources.feature_effects(model, after[columns], after.actual)

# %% slideshow={"slide_type": "subslide"}
days = dict(enumerate(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]))
probes.effects(
    found.importance,
    found.dependence,
    value_words={"day_of_week": days, "precinct": {each: str(each) for each in range(1, 6)}},
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### It never saw race
#
# But place stands for people. Over 83 neighborhoods we ask: does the number of stops go together with who lives
# there? 1 means always, 0 not at all, minus means the other way. Such a column is a **proxy**.

# %% slideshow={"slide_type": "subslide"}
proxies = resources.proxy_strength(stops, homes)
asked = proxies.residents.isin(["black", "household_income"]) & proxies.model_knows.str.contains("stops")
proxies[asked].set_index(["residents", "model_knows"])[["value", "low", "high"]].sort_index().round(2)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## In a crisis
#
# In spring 2020 fewer officers came to work. And the records changed: under stay-at-home orders recorded burglary fell
# by 28% on average in 27 cities, in San Francisco it rose by 38% (Nivette et al. 2021, as reported by the press). A
# forecast trained on 2019 can send patrols to empty places, and **no error message says so**.
#
# A plan for a crisis needs an end date, and somebody who compares it with what happens.

# %% slideshow={"slide_type": "subslide"}
datasets.load("nypd_sick_report")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Responsible AI review
#
# Your force is offered a tool that forecasts places and hours for patrols. Ask in this order. One "no" ends it.
#
# 1. **Legality**: which law lets us stop people because a forecast sent us there?
# 2. **Aim**: fewer victims, or more records?
# 3. **Suitability**: is it better than last week's copy? Against what was it tested?
# 4. **Necessity**: would a timetable, more light, or asking residents do?
# 5. **Proportionality**: who is stopped more, and what do they gain?
# 6. **Safeguards**: who sees the loop, who may switch it off, who hears complaints?
#
# And: were the people of precinct 4 asked?

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The law in Europe, as of autumn 2026
#
# The EU AI Act (Regulation 2024/1689, as amended by 2026/1744) forbids predicting a person's crime **only** from a
# profile. Forecasts of *places* are not clearly named in its list of high-risk uses: to us an open question, and a good
# one to discuss. Its duties for high-risk police systems apply from 2 December 2027.
#
# From secondary sources: check the official text. This is not legal advice.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What to remember
#
# - A record shows where police worked. It does not show where crime was.
# - Test a forecast forward in time, against the simplest rule, place by place.
# - When there are too few officers, a plan decides who waits. Say who, and why.
# - Patrols that follow their own records can run away from the truth. A fix needs weak old records or much time.
# - To find a bias in records you need a second source.

# %% [markdown]
# ## Next
#
# Do [the exercise](../exercises/02_resource_optimization.ipynb): 35 minutes, with hints. Then go back to
# [the map](00_start_here.ipynb).
