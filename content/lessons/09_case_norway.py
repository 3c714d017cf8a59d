# ---
# jupyter:
#   workshop:
#     kind: case
#     minutes: 35
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # Case Norway: a warning in time, and for whom?
#
# Case 9 · 35 minutes · no programming needed

# %% [markdown] tags=["notes"]
# **Clock.** Case 3 min · data 3 · interviews 9 · one chat 4 · who is affected 6 · probe 6 · decision 4. **Welfare.**
# The second part is about grooming of children. There is no message and no content in it, only scores. Say so before
# you begin, and that anybody may leave the room at any time without a reason. Do not ask for cases of one's own. Run
# all cells once before the room arrives (menu Run, Run All Cells).

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What you will learn
#
# After this case you can:
#
# - weigh the hours that a machine's transcripts save against those of checking, by dialect;
# - count how many messages pass until an alarm, without leaving out those that it never finds;
# - compare alarm rules at the same number of false alarms, and say whom each harms;
# - decide for each stage: may we develop it, may we use it?

# %% [markdown] slideshow={"slide_type": "slide"}
# ## The case
#
# **Interviews.** From 2022 on, Oslo Police built a tool that writes interviews down, dialects too. Its page names more
# than 150,000 interviews a year, about 45,000 of them in the field. Crime-scene staff spend more than half of their
# time writing; the claim is up to 80% less time for documents (politiet.no).
#
# **Chats.** In 2019 police in the south-west searched chat logs by machine: a case could have about 100,000 lines. In
# operation "Dark Room" 84 people were charged (nrk.no).

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A warning while the chat goes on
#
# AiBA, from the university NTNU, looks for grooming: possible harm found in fewer than 40 messages (nrk.no, February
# 2021). In December 2023 it made an agreement with the police district Innlandet. **Platforms** use it, not the
# police; a **human moderator** gets the alarm; the Director of Public Prosecutions approved (aiba.ai, digi.no).
#
# **Not confirmed:** we have not read the Norwegian page of the report of 2020. We infer that Oslo Police contributed to
# it: their adviser sat on a panel of September 2019 that INTERPOL and UNICRI ran (digitalsummit.ee). The interview tool
# is younger than the report.

# %% [markdown] tags=["notes"]
# "40 messages" and "80%" are claims, and each lacks a second number. Ask the room: which? For 40 messages: how many
# harmful chats are never found, and how many innocent ones flagged? For 80%: how long does checking take, and what
# stays wrong? Norway's rules are not told here: sources give these facts only.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## The data and its datasheet
#
# Both sets are **generated**. They resemble no agency's data and no product, and hold not one word.
#
# - 586 interviews in four invented dialects: counts of wrong words.
# - 1,860 chats, 151,224 messages: a risk score from 0 to 100 for each. In 360 chats harm begins at a known message.

# %%
from workshop import audit, datasets, probes
from workshop.domains import chats
from workshop.domains.speech.interviews import Transcripts

talks, interviews = datasets.load("chat_risk_scores"), datasets.load("interview_transcripts")
talks.head(2)

# %% slideshow={"slide_type": "skip"}
datasets.describe("chat_risk_scores")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## A model in hand
#
# ### Interviews: who is heard?
#
# **Predict first.** Of 100 words in dialect C, how many does the machine get wrong? Is the field worse than the
# station?

# %% slideshow={"slide_type": "subslide"}
transcripts = Transcripts(interviews)
heard = {place: transcripts.word_error_rates(place) for place in ("station", "field")}
three = ("dialect A", "dialect B", "dialect C")
probes.compare(
    "Words that are wrong in the transcript",
    {place: {dialect: rates.of(dialect) for dialect in three} for place, rates in heard.items()},
    axis_end=40,
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What is saved, what stays wrong?
#
# "I did **not** see him." One lost word turns a statement around.
#
# **Predict first.** All interviews are listened to again, and a wrong word takes 10 seconds. How much time is left of
# the gain? Then move the slider to 0.

# %% slideshow={"slide_type": "subslide"}
probes.correction(transcripts)

# %% [markdown] tags=["notes"]
# At the station 15 of 100 words in dialect C (13 to 16) and 6 in A (6 to 6); in the field 25 (22 to 28) and 9 (8 to
# 10). Intervals from drawing speakers. Dialect D has 8 speakers: too few to tell, so its people are in no figure. All
# checked, 10 seconds a word: 46 of 100 hours are saved in A, and none in C, where it costs 1 more. Nothing checked:
# all hours are saved, and in 43 of 100 interviews in C a "not" was lost or added (35 to 52), in A in 27 (22 to 33).
# Watch for "then check only C": who tells which dialect somebody speaks, and who says so in the file? Writing by hand
# errs, too: nobody counted that here.

# %% slideshow={"slide_type": "subslide"}
probes.compare(
    "A service with 150,000 interviews a year, all of one dialect, and nobody checks: those with a changed “not”",
    {dialect: {"interviews": each} for dialect, each in transcripts.changed().per(150).items()},
    unit="in thousands",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Chats: a score for each message, and a rule
#
# A rule decides when a **moderator** is called. It may look at one message, at 3 of the last 10, at a moving average,
# or at a sum that grows. It never sees what comes later.
#
# **Predict first.** Harm begins at message 30. At which message would you call a moderator?

# %% slideshow={"slide_type": "subslide"}
alarms = chats.Alarms(talks)
four = {
    "Standard writing, harmful": "chat 0007",
    "Youth slang, harmful": "chat 0002",
    "Youth slang, harmful, another one": "chat 0129",
    "Second language, innocent": "chat 0042",
}
probes.timeline(alarms, four)

# %% [markdown] tags=["notes"]
# The first chat: harm from message 30, alarm at 55, so 26 messages of harm are written. With the rule "one message" it
# rings at 70. The second: 43 messages, later than 40. The third: never; the chat ends. The fourth: two people do
# nothing wrong, and the alarm rings at 52. Say what an alarm is: a call to look, no proof.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Who is affected
#
# The rule: a moving average. Its threshold is set so that at most 20 of 1,000 innocent chats are flagged.
#
# **Predict first.** Of 100 harmful chats in youth slang, how many are found within 40 messages of harm? In standard
# writing it is 97.

# %%
first = alarms.first("average", alarms.threshold("average", 20))
in_time = audit.estimates(alarms.found(first))
probes.predict(
    "Of 100 harmful chats in youth slang, how many are found in time?", in_time["youth slang"], "chats"
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### And who is suspected for nothing?
# A message with 60 points or more is called high. How often is that so in **innocent** chats? How many times as often
# in a second language? We planted the answer.

# %% slideshow={"slide_type": "fragment"}
high = chats.high_messages(talks, 60)
probes.compare(
    "High messages in innocent chats",
    {"innocent chats": high.per(10_000)},
    unit="of 10,000",
    counted=("high", "messages"),
)

# %% slideshow={"slide_type": "subslide"}
probes.score(
    "How many times as often is an innocent message in a second language high, against standard writing?",
    datasets.truth("chat_risk_scores")["times_as_often_high_in_second_language"],
    high.ratio("second language", "standard"),
    low=1,
    high=5,
    step=0.1,
    naive=chats.high_messages(talks, 60, harmful=True).ratio("second language", "standard"),
    naive_name="counting harmful chats, too,",
)

# %% [markdown] tags=["notes"]
# In time: 39 of 100 in youth slang (31 to 48), 97 in standard writing (92 to 99). Planted: in slang the scores take
# twice as many messages to rise. High messages of innocent chats: 361 of 10,000 in a second language (325 to 400), 125
# in standard writing (107 to 144): 2.9 times (2.4 to 3.5). Planted: 3. To count harmful chats with them hides it: 1.4
# times (1.2 to 1.7). The rule makes the gap larger: 24 of 500 innocent chats are flagged against 3, 8 times (2.5 to
# 25).

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Probe it
#
# Move the slider: so many innocent chats may be flagged. Change the rule. Then open **More settings**: how many chats
# are harmful in *your* country, of 100,000? You do not know? Nor do we.
#
# **Predict first.** Flag twice as many innocent chats: who gains, who pays?

# %% slideshow={"slide_type": "subslide"}
probes.early_warning(alarms)

# %% [markdown] tags=["notes"]
# From 20 to 50 of 1,000: youth slang in time 71 instead of 47 of 120; flagged in a second language 45 instead of 24 of
# 500 chats. With 50,000 chats a day, 10 of 100,000 harmful, 3 minutes an alarm: 1,004 alarms (707 to 1,425), 50 hours a
# day, 4.5 right ones. With 1,000 of 100,000 harmful 31 of 100 alarms are right (24 to 39): same model, another base
# rate. At the same price: moving average 277 of 360 in time, growing sum 248, 3 of 10 messages 121, one message 28.
# That order is planted: harm shows here in many messages, not in one. The thresholds were set on these chats; three
# newly generated sets have 32, 35 and 42 of 1,500 innocent chats flagged instead of 30. Ask a seller: on which chats
# was it set, on which tested?

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Your decision
#
# PrevBOT, a project of Norway's Police University College with others, went through the "sandbox" of the data
# protection authority: advice for new projects. The report keeps two questions apart. Is it lawful to **develop** it?
# Is it lawful to **deploy** it, which means to use it? And it warns: a noble purpose can tempt people to excuse any
# means (datatilsynet.no).
#
# Decide stage by stage. Write yes, no, or "not known" beside each line. Stop at the first that is not a clear yes.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Develop is not deploy
#
# | Stage | Ask |
# |---|---|
# | 1. Need | Whom is it for? What less intrusive way was tried? |
# | 2. Develop | On which chats, under which law? Would generated scores do? Who reads, and who cares for the readers? |
# | 3. Try, silently | Nobody gets the alarm. By way of writing: who is late, who is flagged, who is missed? |
# | 4. Deploy | Platform or police? Which human gets the alarm, with how many minutes? Who may object? |
# | 5. Watch | Who counts what was never found? Which number ends it, on which date? |
#
# This is a list for the room, no legal advice: your law decides, ask your lawyer.

# %% [markdown] tags=["notes"]
# Let one half of the room argue for stage 4 at a platform, the other at the police. What changes? The one who gets the
# alarm, what may follow, and under which law. In the Norwegian agreement a platform's moderator gets it. A yes to
# stage 2 is no yes to stage 4: the sandbox's lesson. "It is for the children" answers stage 1, not the others.

# %% slideshow={"slide_type": "skip"}
from workshop import casefile

flagged = audit.estimates(alarms.flagged(first))
late = {
    "label": "harmful chats found within 40 messages",
    "worse": "lower",
    "bears": "children warned too late",
}
suspected = {"label": "innocent chats that are flagged", "bears": "people who did nothing wrong"}
shared = {
    "groups": ["standard", "second language", "youth slang"],
    "dataset": "chat_risk_scores",
    "principles": ["accuracy", "equality_and_non_discrimination", "protection_of_vulnerable_groups"],
    "rule": "moving average, at most 20 of 1,000 innocent chats flagged",
}
told = {"found_in_time_rate": (in_time, late), "false_positive_rate": (flagged, suspected)}
casefile.offer(
    *(
        casefile.evidence("09_case_norway", rates, metric, overall=rates["all chats"], **words, **shared)
        for metric, (rates, words) in told.items()
    )
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What to remember
#
# - A claim has a second half: found within 40 messages, and how many never? At how many false alarms?
# - Count those that are never found. To leave them out makes any alarm look quick.
# - Compare rules at the same price in innocent people.
# - One rate for all hid two harms: late for some, suspicion for others.
# - Hours that are saved come back as checking, or as wrong statements.
# - Develop is not deploy.
#
# ## Next
#
# Do [the exercise](../exercises/09_case_norway.ipynb): 20 minutes, with hints. Then go back to [the
# map](00_start_here.ipynb).
