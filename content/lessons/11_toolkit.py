# ---
# jupyter:
#   workshop:
#     kind: capstone
#     minutes: 60
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # The toolkit: from evidence to a decision
#
# Lesson 11 · 60 minutes · no programming needed

# %% [markdown] tags=["notes"]
# **Clock.** Use case 7 min · design 9 · development 10 · deployment 7 · risks 12 · decision 11 · after 4. Run all cells
# once before the room arrives (menu Run, Run All Cells). Trainees who kept evidence in lessons 01 to 10 work on their
# own case in each section; whoever did not, begins one here and works with the made-up agency's numbers. The opening
# question: "Who has ever stopped a project because of a number?"

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What you will learn
#
# After this lesson you can:
#
# - ask first whether AI is needed at all, and stop there if it is not;
# - tell which questions a number answers, and which only words can;
# - rate a risk with evidence, and say who bears it;
# - decide to deploy, limit, pause or refuse, in a memo that you can defend;
# - say what is watched afterwards, and on which day it ends.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Your use case
#
# In May 2020 the report of UNICRI and INTERPOL asked for a **toolkit**: how to design, develop and deploy AI that is
# lawful and trustworthy. A toolkit came out in 2023 and was updated in February 2024 (UNICRI). This lesson is inspired
# by it. The questions, scales and forms here are our own.
#
# Your case file holds what you kept in the lessons. Pick your case, or begin one.

# %% slideshow={"slide_type": "skip"}
from workshop import casefile, checks, own_model, probes

casefile.begin()

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Two cases, side by side
#
# - **Yours**: the forms and pictures that say so read your case file. Nobody else sees it.
# - **A worked one**: a made-up agency wants a tool for its contact line. It puts messages in order, and marks calls in
#   which a word such as "help" is heard. Its numbers are those of lessons 03 and 05, measured again here, on
#   generated data.
#
# You do each step first with theirs, then with yours.

# %% slideshow={"slide_type": "skip"}
worked = casefile.worked_case()
mine = casefile.current()
casefile.measured(mine)

# %% [markdown]
# ### Principles
#
# An online training module of February 2026 lists five core principles and seventeen that serve them (Genially,
# "Module 3"). Each question below serves some of them; each piece of evidence, too.

# %% slideshow={"slide_type": "skip"}
casefile.principles_table()

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Design: do you need it
#
# The first question is about the task, not about the tool: **do you need AI at all?** Then law, milder ways, and the
# balance of gain and harm. One "no" to these four ends the case. No number that comes later can make up for it.
#
# **Predict first.** The agency reads 300 of 920 messages a day. Of 100 urgent ones, how many still wait with the tool?

# %% slideshow={"slide_type": "subslide"}
evidence = {each.id.split(".", 1)[1]: each for each in worked.evidence}
waits = evidence["false_negative_rate.public_messages.capacity-300"].overall
probes.predict("Of 100 urgent messages, how many still wait?", casefile.as_estimate(waits), "messages")

# %% [markdown] tags=["notes"]
# 36 of 100 (23 to 51; 115 of 320). Without any order 620 of 920 messages wait, so about 67 of 100 urgent ones: that is
# the gain. It answers "need", but only a little: a shorter form, more readers or a button for emergencies were not
# measured. Ask: "What would you try before AI?" Watch for "it helps, so we need it".

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What the agency answered
#
# About 67 of 100 would wait with no order at all: 620 of 920. So the tool helps. Is that enough for "we need it"?

# %%
casefile.answers(worked, "design")

# %% [markdown] tags=["notes"]
# Two "not sure". Law: who may sort private messages by machine, and under which article? A "not sure" is not a "no",
# but nothing may run until it is a "yes". Stakeholders: they name whom they did not ask. That is better than silence.

# %% [markdown] slideshow={"slide_type": "skip"}
# Now your case. Answer honestly: "not sure" is a good answer today.

# %% slideshow={"slide_type": "skip"}
casefile.ask("design")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Development: what was measured
#
# Evidence is a number with its interval, the people behind it, its data, and what was chosen before. A number on fewer
# than 30 people, or on too few speakers or stories, is **no evidence**, however good it looks.
#
# **Predict first.** The agency kept seven measurements. How many of the seventeen principles do they serve?

# %% slideshow={"slide_type": "skip"}
casefile.measured(worked)

# %% slideshow={"slide_type": "subslide"}
casefile.review(worked)

# %% [markdown] tags=["notes"]
# Seven of seventeen. Nothing on legitimacy, privacy, transparency or redress: some of these no number can answer, for
# others nobody looked. "Yes, but without evidence" stands twice: the agency says that officers see the words that moved
# a score, and that each order is stored; it recorded nothing. Ask: what would you measure to show it?

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What a number can't answer
#
# - **Law**: no error rate makes a use lawful.
# - **Consent and trust**: those it touches must be asked.
# - **Your people**: a number of other people, another line or another year is a warning, not a proof.
#
# The agency's data are generated. What does that say about its answer to "do the data fit"?

# %% slideshow={"slide_type": "subslide"}
casefile.answers(worked, "development")

# %% [markdown] slideshow={"slide_type": "skip"}
# Now your case. Under each question stands the evidence that you kept for it.

# %% slideshow={"slide_type": "skip"}
casefile.ask("development")

# %% [markdown] slideshow={"slide_type": "skip"}
# Do you have a table of a tool of your own: what happened, the score, the group? Pick it here, and its errors are
# counted for each group.

# %% slideshow={"slide_type": "skip"}
own_model.audit_file()

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Deployment: who watches it
#
# Robert Williams was held for about 30 hours in Detroit in 2020, on a lead from face search. The rules came four years
# later: no arrest on a face result alone, and an audit back to 2017 (Michigan Public; Detroit News).
#
# **Predict first.** Which of these did the agency show, and which did it only say: a person checks, a person can
# complain, each use is written down?

# %% slideshow={"slide_type": "subslide"}
casefile.answers(worked, "deployment")

# %% [markdown] tags=["notes"]
# "Each order is stored" is a yes without evidence. "Nobody has tried to complain" is honest: a right is tested by using
# it. Sunset: a day, and who decides again. Ask each table: who in your unit has the power to switch it off at night?

# %% [markdown] slideshow={"slide_type": "skip"}
# Now your case.

# %% slideshow={"slide_type": "skip"}
casefile.ask("deployment")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## The risks
#
# For each risk: how **likely** and how **bad**, from 1 to 5, and for **whom**. Then with a measure. The steps and bands
# are our own. Four rules keep the sheet honest:
#
# - no evidence: never "low";
# - a measure lowers nothing until evidence shows that it works;
# - the whole is as bad as its **worst** risk: there is no mean;
# - too few people: no evidence.
#
# **Predict first.** "Harmless messages are read first" is rated 2 × 1, without evidence. Which level does it get?

# %% slideshow={"slide_type": "subslide"}
casefile.risk_sheet(worked)

# %% [markdown] tags=["notes"]
# Medium, not low: nobody counted it. Of the four measures, two lower something. "32 speakers are added" brings
# very high down to high, because 7 of 100 words are missed afterwards instead of 23. "Trained on the telephone" helps
# much (79 to 24 of 100), and still is very high: 4 × 5. "Messages in a language that it does not know go to a person"
# may be the best idea of all; until somebody tries it, it counts for nothing.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Probe it
#
# Choose a risk, move its likelihood. Under **More settings**, take its evidence away. When does the whole get better?

# %% slideshow={"slide_type": "subslide"}
casefile.risk_probe(worked)

# %% [markdown] tags=["notes"]
# The whole gets better only when every very high risk does: one good risk can't pay for a bad one. Take away the
# evidence of the measure "32 speakers are added": the risk climbs back to very high. Watch for the wish to average.

# %% [markdown] slideshow={"slide_type": "skip"}
# Now your case. A risk without a name for **who bears it** is not finished.

# %% slideshow={"slide_type": "skip"}
casefile.rate_risks()

# %% [markdown] slideshow={"slide_type": "slide"}
# ## The decision
#
# | Decision | It means |
# |---|---|
# | **Deploy** | it may be used as described |
# | **Limit** | only under conditions: some people, some hours, some results |
# | **Pause** | not used until open points are closed |
# | **Refuse** | not used |
#
# Refusing is a result, not a failure. **Predict first.** What would you decide for the contact line? Say it to your
# neighbour, with one number.

# %% slideshow={"slide_type": "subslide"}
memo = casefile.show_memo(worked, made_on="2026-11-30")
memo.lead()

# %% [markdown] tags=["notes"]
# Pause. "Limit" can be defended too: English messages only, all of them read the same day, no calls. Then the risk of
# other languages must be shown to be small. "Deploy" can't: two risks are very high, and the law is "not sure". Ask
# those who would deploy: who tells the callers whose accent was absent? A memo names a role, not a person.

# %% [markdown] slideshow={"slide_type": "skip"}
# The whole memo, as the agency's head would read it: two pages, and an annex.

# %% slideshow={"slide_type": "skip"}
memo

# %% [markdown] slideshow={"slide_type": "skip"}
# Now your case. Write the reasons so that a person who was harmed could read them.

# %% slideshow={"slide_type": "skip"}
casefile.decide()

# %% slideshow={"slide_type": "skip"}
casefile.write_memo()

# %% [markdown] slideshow={"slide_type": "slide"}
# ## After the decision
#
# A decision ages. What was measured becomes what is **watched**: each month the same number, on a new batch, against a
# bound that was set before.
#
# **Predict first.** The agency measured 30 of 100 urgent English messages missed. At which number should it stop?

# %% slideshow={"slide_type": "subslide"}
casefile.watched(worked)

# %% [markdown] tags=["notes"]
# 41 of 100: the upper end of the interval. A bound at 30 would ring about every second month by chance alone. Trainees
# with a csv of outcomes, scores and groups can try it: `workshop monitor` in a terminal, with case and file. The
# people of table one play the head of the line: it is Saturday night, the bound is broken. Who is called?

# %% [markdown] slideshow={"slide_type": "skip"}
# Your progress becomes a certificate, which you attest yourself. If you have a terminal, `workshop monitor open --batch
# new.csv` holds a new batch to your open case.

# %% slideshow={"slide_type": "skip"}
checks.write_certificate()

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What to remember
#
# - Ask whether you need it before you ask whether it works.
# - A number answers some questions. Law, consent and trust need words, and people.
# - Without evidence no risk is low, and no measure helps.
# - The worst risk decides, and somebody bears it. Name them.
# - A decision has an owner, a review date and an end.
#
# ## Next
#
# Do [the exercise](../exercises/11_toolkit.ipynb): 40 minutes, with hints. Then go back to
# [the map](00_start_here.ipynb).
