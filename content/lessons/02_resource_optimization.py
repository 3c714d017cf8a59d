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
# Look for the busiest place at 12:00 and at 02:00. In the notebook, choose *traffic stops* too. What moves: crime, or
# police work? Can you tell from this map?

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
# - **model**: a formula fitted to the months before.
#
# **Predict first.** On average about one stop an hour is recorded in a precinct. By how many is each forecast wrong?

# %%
tested = resources.backtest(counts)
names = {"naive": "last week", "recent_mean": "four weeks", "model": "model"}
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
# The test is honest: the model saw only what was older than the hours it forecasts. Mixed at random, past and future
# together, a test can flatter a model. Here it hardly does (last line); do not rely on that.
#
# The model is better than last week's copy, and a little better than a plain mean of four weeks. Even a perfect
# forecast would be off by about 0.82, if stops come by pure chance. **How much does the model add? Do you need it?**

# %% slideshow={"slide_type": "subslide"}
means = tested.summary().loc["all", ["mean_actual", "naive", "recent_mean", "model", "chance_alone"]]
means.index = ["stops recorded", *(f"off by: {each}" for each in [*names.values(), "chance alone"])]
means["off by: model, mixed-up test"] = resources.backtest(counts, order="shuffled").errors()["all"].value
means.round(2).to_frame("stops per hour")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Who is affected
#
# For 84 of 100 stops, those entered on the car's computer, we know the race noted and whether the person was searched.
#
# **Predict first.** Of 100 stops of Black people, in how many was the person searched?

# %%
in_car = stops[stops.in_car]
searches = audit.group_rates(in_car.person_search, in_car.person_search, in_car.race)
by_race = {race: searches.of(race, "selection_rate") for race in searches.groups}
probes.predict(
    "Of 100 stops of Black people, in how many was the person searched?", by_race["Black"], "stops"
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Missing is not nothing
#
# In 21 of 100 of these stops (18 of all) the race is "Unknown", and hardly anybody was searched. Without them the rate
# of all would rise from 12 to 15 of 100, and each group's rate would look surer than it is. So they stay, as a group.
# The hatched bar asks: where could a rate lie, **whoever the unknown are**?

# %% slideshow={"slide_type": "skip"}
known = in_car[in_car.race != "Unknown"]
{
    "Unknown, of all stops": (stops.race == "Unknown").mean().round(3),
    "Unknown, of stops entered in the car": (in_car.race == "Unknown").mean().round(3),
    "searched, of all": round(in_car.person_search.mean(), 3),
    "searched, without the Unknown": round(known.person_search.mean(), 3),
}

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
# live. And the numbers of residents are estimates of 2015, whose groups are not those of the officers.
#
# Left out: three neighborhoods that our table forgot, Near - North with 2,256 stops among them; and Como, whose number
# is doubtful. The bar's right end counts **all** stops without a known race.
#
# So the two numbers **prove nothing alone**: neither unequal treatment nor equal treatment. They are a reason to ask
# more, not an answer and not an excuse.

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
# A computer plans one week: shifts of 8 hours, 5 days, at least 11 hours of rest, somebody always on duty. It leaves
# as little work undone as it can. "Work" is 2 hours of an officer for each recorded stop: **our assumption, to
# practise**. A real plan needs calls for help; they are not in this data.
#
# On 9 April 2020, 19.8% of New York's uniformed police were on sick report (Patch). **Predict first:** is the loss
# shared? In the notebook, also put the worst-off precinct first: the one with the largest share of work undone. Who
# pays?

# %% slideshow={"slide_type": "subslide"}
probes.allocation(2 * profile, officers=60)

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Do the records run away?
#
# A model with two areas, its numbers from a paper (Ensign et al. 2018). The past records are real: the two places of
# Oakland with most drug records. The incidents are assumed: 57 of 100 happen in A. Each day one patrol goes to A or B
# by chance, more often where there are more records, and records only what it meets.
#
# **Predict first:** after 1,000 days, how many of 100 patrols go to A? Then, in the notebook, find settings that bring
# the patrols back to the truth, in every history and not only on average.

# %% slideshow={"slide_type": "skip"}
oakland = datasets.load("oakland_drug_records")
oakland.groupby("grid_cell").records.sum().nlargest(2)

# %% slideshow={"slide_type": "subslide"}
probes.feedback(datasets.load("feedback_loop"))

# %% [markdown] tags=["notes"]
# Published rates, 1,000 days: on average 70 of 100 patrols go to A with all past records; 82 or 83 with one in a
# hundred, and 90 of 100 runs end between 46 and 99. The other rule: 58 or 59 with all past records, 57 with one in a
# hundred. With a tenth of the incidents: 61 and 57. So the rule works with few old records or much time; how much time
# depends: in the second pair of areas 2,000 days are not enough. "Equal incidents", all past records, every record
# counts fully: the mean stays at 62, where the past put it; with few or no past records chance decides each run.
# Watch for "so we reweight and all is well": ask who would delete the old records.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Score your audit
#
# A made-up city, so the truth is known. Five of its twelve districts have more patrols. A survey asked one in eight
# residents what happened to them in the same year; the police never saw the answers.
#
# Where patrols are more, an incident is more likely to become a record. **How many times as likely?** The naive
# reading compares records per resident. Compare records per incident told in the survey.

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
# What does the forecast use? Left: the error grows by so much if a column is mixed up (measured on the last four weeks;
# large errors count more). Right: how the forecast moves with one column. "All hours last 4 weeks" is how busy the
# precinct was: so it tells the place, too.

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
# But it knows the precinct. How much of the differences between neighborhoods disappears if one knows only that?
# 0: nothing, 1: all. A column that stands for another one like this is a **proxy**.
#
# And a model that also counted past stops by neighborhood? Their rank correlation with who lives there: 1 they rise
# together, 0 no tendency, below 0 one falls. *Low, high*: 95% interval. None of this shows who was stopped, or why.

# %% slideshow={"slide_type": "subslide"}
proxies = resources.proxy_strength(stops, homes)
asked = proxies.residents.isin(["black", "household_income"]) & ~proxies.known.str.startswith("all stops")
proxies[asked].set_index(["residents", "known"])[["value", "low", "high"]].sort_index().round(2)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## In a crisis
#
# Officers fell ill: the table shows the sick report of New York's police (from press reports; NaN: not reported). And
# records changed: under stay-at-home orders recorded burglary fell by 28% on average in 27 cities; in San Francisco it
# rose by 38% (Nivette et al. 2021, as reported by the press). A forecast trained on 2019 can send patrols to empty
# places, and **no error message says so**.
#
# A plan for a crisis needs an end date, and somebody who compares it with what happens.

# %% slideshow={"slide_type": "subslide"}
datasets.load("nypd_sick_report").set_axis(["date", "on sick report", "% of strength"], axis=1)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Responsible AI review
#
# You are offered a tool that forecasts places and hours for patrols. Stop at the first question without a clear yes.
#
# 1. **Legality**: is there a law that lets us do this?
# 2. **Aim**: fewer victims, not more records?
# 3. **Suitability**: does it show where help is needed, not where we were?
# 4. **Necessity**: have we shown that milder ways do not do?
# 5. **Proportionality**: is the gain greater than the harm?
# 6. **Safeguards**: can somebody see the loop, and switch it off?
#
# And: were the people asked who will be stopped more, and those who will wait?

# %% slideshow={"slide_type": "skip"}
from workshop import casefile

lesson = "02_resource_optimization"
casefile.offer(
    casefile.evidence(
        lesson,
        searches,
        "selection_rate",
        label="searched, of stops entered in the car",
        dataset="minneapolis_stops",
        groups=[*named, "Unknown"],
        principles=["equality_and_non_discrimination", "privacy"],
        bears="people who are stopped and searched",
    ),
    casefile.evidence(
        lesson,
        tested.differences("recent_mean")["all"],
        "mean_absolute_error_difference",
        label="error of the model minus that of a plain mean of four weeks",
        dataset="minneapolis_stops",
        unit="stops per hour",
        principles=["necessity", "efficiency"],
    ),
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The law in Europe, as of autumn 2026
#
# The EU AI Act (Regulation 2024/1689, as amended by 2026/1744) forbids predicting a person's crime **only** from a
# profile or from traits of personality. Forecasts of *places* are not clearly named in its list of high-risk uses: to
# us an open question, and a good one to discuss. Its duties for high-risk police systems apply from 2 December 2027.
#
# From secondary sources: check the official text. This is not legal advice.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What to remember
#
# - A record shows where police worked. It does not show where all crime was.
# - Test a forecast forward in time, against the simplest rule, place by place.
# - When there are too few officers, a plan decides who waits. Say who, and why.
# - Patrols that follow their own records can run away from the truth. A fix needs few old records or much time.
# - To find a bias in records you need a second source.

# %% [markdown]
# ## Next
#
# Do [the exercise](../exercises/02_resource_optimization.ipynb): 35 minutes, with hints. Then go back to
# [the map](00_start_here.ipynb).
