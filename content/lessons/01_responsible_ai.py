# ---
# jupyter:
#   workshop:
#     minutes: 60
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # Responsible AI: who bears the error?
#
# Lesson 1 · 60 minutes · no programming needed

# %% [markdown] tags=["notes"]
# **Clock.** Problem 8 min · data 5 · first model 7 · who is affected 8 · probe 12 · explain 10 · crisis 3 ·
# review 7. The opening question: "Who here has seen a risk score in a file? Who asked how often it is wrong?"
# Run all cells once before the room arrives (menu Run, Run All Cells).

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What you will learn
#
# After this lesson you can:
#
# - read the results of a model as numbers of people: rightly flagged, wrongly flagged, missed;
# - compare the errors of two groups, and say how sure you are;
# - show why the errors of one tool often cannot be equal for two groups in every way;
# - work out how many people in a crowd are flagged for nothing;
# - ask of any system: is it lawful, is it accepted, is it right?

# %% [markdown] slideshow={"slide_type": "slide"}
# ## The policing problem
#
# In May 2020 UNICRI and INTERPOL launched the report *Towards Responsible AI Innovation*. It shows police using AI
# in four domains: **resource optimization, audio, visual** and **natural language**. Responsible AI has three parts
# there. In our words:
#
# | Part | The question |
# |---|---|
# | Lawfulness | May we do this? Under which law? |
# | Social acceptance | Do the people it touches accept it? |
# | Ethics | Is it right, even if it is allowed? |

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A system has a life
#
# The report asked for a toolkit for three stages. At each, somebody can still say no.
#
# | Stage | A question of this lesson |
# |---|---|
# | Design | Do we need AI at all? What is the harm if it is wrong? |
# | Development | Whose data? How many errors, and for whom? |
# | Deployment | Who checks the result? How can a person contest it? |
#
# Pick a use case for **your case file**: lessons add evidence, the last makes it a decision.

# %% slideshow={"slide_type": "skip"}
from workshop import casefile

casefile.begin()

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The case
#
# COMPAS is a score from 1 to 10, used in courts of the United States. It is meant to rank people by the risk
# that they re-offend. In 2016 two sides looked at the same numbers:
#
# - Journalists of **ProPublica**: the errors of the score fall harder on Black defendants.
# - **The company** that makes the score: its flags mean the same for both groups.
#
# Your task: count, and find out **who is harmed when the score is wrong**.
#
# <small>Angwin, Larson, Mattu and Kirchner, ProPublica, 2016; the company's view as ProPublica reports it in
# its reply of July 2016.</small>

# %% [markdown] tags=["notes"]
# Two harms, two victims. A person wrongly flagged may lose freedom, work, a home. A person missed may hurt
# somebody. Ask the room to name both before going on. Watch for: speaking of "accuracy" as if both
# errors were the same.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## The data and its datasheet
#
# **Shift + Enter** runs a cell. This one loads the data: one row for each person.

# %%
from workshop import audit, datasets, probes

people = datasets.load("compas_scores")
people.sample(5, random_state=1)

# %% [markdown] slideshow={"slide_type": "skip"}
# Before you use data, read its datasheet: who made it, how, and what it must not be used for.

# %% slideshow={"slide_type": "skip"}
datasets.describe("compas_scores")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What a row can't tell
#
# "Re-offended" means **arrested again** within two years. It doesn't mean guilty; the police find more where they
# look more. This file also keeps too many people who re-offended: 45 of 100, 36 after a correction (Barenstein
# 2019). So the share of flags that are right is probably lower than you will see.
#
# The data says African-American for Black, Caucasian for white. Your country has other groups, and the same question.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## A first model
#
# Somebody must choose the score from which a person counts as a risk. The journalists used **5 and over**. Each
# person then falls into one of four boxes:
#
# | | Re-offended | Did not re-offend |
# |---|---|---|
# | **Flagged** | rightly flagged | wrongly flagged |
# | **Not flagged** | missed | rightly left alone |

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Predict first.** How often is a flag right?

# %%
flagged = people.decile_score >= 5
everyone = audit.group_rates(people.reoffended, flagged, people.group).overall
probes.predict(
    "Of 100 people flagged, how many re-offended?", everyone.of("everyone", "positive_predictive_value")
)

# %% [markdown] tags=["notes"]
# Collect guesses on a board before anyone ticks "Show the answer". If the room guesses high, ask why: did they
# trust the tool because a court uses it? The answer is 61. Then show the next table and let somebody find the
# two counts behind it.

# %% slideshow={"slide_type": "subslide"}
probes.confusion(everyone)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Who is affected
#
# **Predict first.** Look only at people who did **not** re-offend. How many were flagged all the same?

# %%
by_group = audit.group_rates(people.reoffended, flagged, people.group)
probes.predict(
    "Of 100 Black defendants who did not re-offend, how many were flagged?",
    by_group.of("African-American", "false_positive_rate"),
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# And in the other large group?

# %%
probes.predict(
    "Of 100 white defendants who did not re-offend, how many were flagged?",
    by_group.of("Caucasian", "false_positive_rate"),
)

# %% [markdown]
# Each line is a **95% interval**: the true rate may well lie anywhere on it. It covers chance only, not bad data. "No
# clear difference" doesn't mean equal. If fewer than 30 people stand behind a rate, we do not use it.

# %% slideshow={"slide_type": "subslide"}
names = {"African-American": "Black", "Caucasian": "white"}
shown = {
    "Wrongly flagged": "false_positive_rate",
    "Missed": "false_negative_rate",
    "Flag is right": "positive_predictive_value",
}
probes.compare(
    "Two kinds of error, and how often a flag is right",
    {
        words: {name: by_group.of(group, rate) for group, name in names.items()}
        for words, rate in shown.items()
    },
)

# %% [markdown] slideshow={"slide_type": "skip"}
# All groups, for those who want more. *Selection rate*: flagged, of all. *Base rate*: re-offended, of all.
# *Positive predictive value*: re-offended, of the flagged.

# %% slideshow={"slide_type": "skip"}
by_group

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Both sides were right
#
# - ProPublica: of 100 who did **not** re-offend, 45 Black and 23 white defendants were flagged. That can cost
#   freedom.
# - The company: of 100 who **were flagged**, 63 Black and 59 white defendants re-offended: no clear difference.
# - And a third: of 100 who **did** re-offend, 28 Black and 48 white defendants were missed. Some of these offences
#   have a victim.
#
# Which of the three counts? Who decides?

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Probe it
#
# Move the threshold with the mouse or the arrow keys. Can you make the wrong flags equal for both groups? What
# happens to the misses? Then choose **one threshold per group** and try again.

# %% slideshow={"slide_type": "subslide"}
two = people[people.group.isin(names)]
probes.threshold(
    two.reoffended,
    two.decile_score,
    two.group,
    score_name="COMPAS score",
    group_names=names,
    per_group=True,
    default=5,
)

# %% [markdown] tags=["notes"]
# Let pairs work for five minutes. No threshold makes all three equal. At 1, everyone is flagged: no one is missed
# and all who did not re-offend are wrongly flagged, in both groups, but a flag is right for 51 and for 39 of 100.
# Near 10 the flags are so few that "no clear difference" may only mean too few people. With one threshold per
# group, wrong flags can be made nearly equal (Black from 6, white from 4: 34 and 35 of 100), but now the same
# score flags one person and not another. Is that lawful in your country?

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Why not everything can be equal
#
# Three numbers fix the fourth. If $b$ is the share that re-offends, $p$ the share of flags that are right and
# $t$ the share of re-offenders who are flagged, then the wrong flags must be
#
# $$\text{false positive rate} = \frac{b}{1-b} \cdot \frac{1-p}{p} \cdot t$$
#
# So if $b$ differs between groups, equal $p$ and equal $t$ **force** unequal wrong flags, unless no flag is ever
# wrong. Which equality matters is a choice that people must make, and defend.

# %% slideshow={"slide_type": "skip"}
measured = by_group.frame()["value"].unstack("rate")
b, p, t = measured.base_rate, measured.positive_predictive_value, measured.true_positive_rate
formula = b / (1 - b) * (1 - p) / p * t
measured[["base_rate", "false_positive_rate"]].assign(by_the_formula=formula).round(3)

# %% [markdown] slideshow={"slide_type": "slide"}
# ### When what you look for is rare
#
# Imagine a camera that looks for wanted people. It finds 99 of 100 of them, and is wrong for 1 of 100 others. On the
# start page 1 person in 1,000 was wanted, and few flags were right.
#
# **Predict first:** if 1 person in **100** is wanted, how many of 100 flags are right? Then move the first slider.

# %% slideshow={"slide_type": "subslide"}
probes.base_rate(target="wanted")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Explain it
#
# We cannot open COMPAS here. So we open another model. Toronto, 1997 to 2002: police
# arrest people for a small amount of marijuana. Some are **released** with a summons, others are **held**. We
# train a model to repeat these decisions.

# %% slideshow={"slide_type": "skip"}
from sklearn.base import clone
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

arrests = datasets.load("toronto_arrests")
arrests["held"] = ~arrests.released
train, test = train_test_split(arrests, test_size=0.5, random_state=0)
words, numbers = make_column_selector(dtype_exclude="number"), make_column_selector(dtype_include="number")
columns = make_column_transformer((OneHotEncoder(drop="if_binary"), words), (StandardScaler(), numbers))
facts = ["checks", "employed", "citizen", "age", "sex", "colour"]
model = make_pipeline(columns, LogisticRegression()).fit(train[facts], train.held)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### One case, explained
#
# *Checks*: how many police databases (arrests, convictions, parole and others) hold the name, 0 to 6. Each bar
# pushes towards **held** or **released**; its length is in log-odds, the model's own scale. Pick a case, then change
# one fact. What moves the result most?

# %% slideshow={"slide_type": "subslide"}
probes.explanation(model, test[facts].head(20), background=train[facts], outcome_words=("held", "released"))

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Take the colour away?
#
# In the decisions it learned from, colour and "held" go together. Say the model marks everybody whose chance of
# "held" is 20 of 100 or more. **Predict first:** without the colour column, how many Black people who were
# *released* does it still mark?

# %% slideshow={"slide_type": "subslide"}
without = clone(model).fit(train[facts[:-1]], train.held)
rates = {}
for name, tool, used in [("with colour", model, facts), ("without colour", without, facts[:-1])]:
    flags = tool.predict_proba(test[used])[:, 1] >= 0.2
    result = audit.group_rates(test.held, flags, test.colour)
    rates[name] = {group: result.of(group, "false_positive_rate") for group in result.groups}
probes.predict(
    "Of 100 Black people who were released, how many are marked?", rates["without colour"]["Black"]
)

# %% slideshow={"slide_type": "subslide"}
probes.compare("Marked “held” although the police released them", rates)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Smaller, not gone
#
# The groups also differ in other facts, and the model uses those: in this data, the names of Black people are, on
# average, in more police databases. To take a column away doesn't always take the gap away.
#
# This shows how the *model* decides. It doesn't show why the *police* did.

# %%
arrests.groupby("colour").checks.agg(["count", "mean"]).round(1)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## In a crisis
#
# The report was launched on 13 May 2020, in the pandemic. Two UNICRI authors wrote of digital tracking in 30
# countries (Beridze and Eira, 15 May 2020). Police records changed too: under stay-at-home orders recorded theft
# fell by 47% on average in 27 cities, homicide by 14% (Nivette et al. 2021, as reported by the press).
#
# A model trained on 2019 may fail on such data, and no one may notice. UNICRI and INTERPOL said: rights and the
# rule of law hold **even in a crisis**. A tool brought in for an emergency needs an end date.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Responsible AI review
#
# Ask in this order. One "no" ends it.
#
# 1. **Legality**: is there a clear law that people can read?
# 2. **Aim**: is the aim one that the law allows?
# 3. **Suitability**: does the tool really serve the aim? Show the numbers.
# 4. **Necessity**: is it true that no way that takes less freedom would do?
# 5. **Proportionality**: is the gain greater than the harm, also for those who bear it?
# 6. **Safeguards**: does a person check each result, can people contest it, is harm repaired?
#
# And what law alone doesn't answer: do the people it touches **accept** it? Have you asked them?

# %% slideshow={"slide_type": "skip"}
casefile.offer(
    casefile.evidence(
        "01_responsible_ai",
        by_group,
        "false_positive_rate",
        label="wrongly flagged, of defendants who did not re-offend",
        dataset="compas_scores",
        groups=names,
        principles=["equality_and_non_discrimination", "accuracy", "proportionality"],
        bears="people who are flagged and did not re-offend",
        threshold=5,
    )
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Robert Williams, Detroit
#
# In January 2020 police arrested him on a lead from face search in poor video of a theft. It was not him. He was
# held for about 30 hours. In June 2024 the case was settled: USD 300,000, and new rules. No arrest on a face result
# alone. No line-up without other evidence. (Michigan Public; Detroit News.)
#
# Which of the six questions could have stopped it?

# %% [markdown] tags=["notes"]
# Good answers: suitability (poor footage), safeguards (the lead was not tested by independent evidence). A face
# result is a lead, never an identification. Watch for "the machine was wrong": the machine gave a lead; people made
# the arrest.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The law in Europe, as of autumn 2026
#
# | Date | EU AI Act, Regulation (EU) 2024/1689, as amended by 2026/1744 |
# |---|---|
# | 2 Feb 2025 | bans, such as predicting a person's crime **only** from a profile; duty to support AI literacy |
# | 2 Aug 2026 | the Act applies in general |
# | 2 Dec 2027 | duties for high-risk systems, law enforcement among them |
# | 2 Aug 2030 | high-risk systems that public authorities already used before |
#
# The Council of Europe's Convention on AI (CETS 225) was **not in force** on 5 September 2026. These dates come from
# secondary sources: check the official text. This is not legal advice.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What to remember
#
# - A threshold is a decision about people. Somebody must own it.
# - Ask of each error: how many, which group, what harm?
# - If groups differ in the data, one score can't be equal in every way. Choose openly which equality counts.
# - When the target is rare, even a good tool can give mostly wrong alarms.
# - To take a column away does not always take the gap away.
#
# ## Next
#
# Do [the exercise](../exercises/01_responsible_ai.ipynb): 30 to 40 minutes, with hints. Then go back to
# [the map](00_start_here.ipynb).
