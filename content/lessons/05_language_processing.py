# ---
# jupyter:
#   workshop:
#     minutes: 60
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # Natural language processing: whose words trip the alarm?
#
# Lesson 5 · 60 minutes · no programming needed

# %% [markdown] tags=["notes"]
# **Clock.** Problem 4 min · data 5 · first model 7 · who is affected 9 · probe 18 · explain and mend 8 · crisis 5 ·
# review 4. The opening question: "Your phone line brings 900 messages today, and you can read 300. Which first?" Run
# all cells once before the room arrives (menu Run, Run All Cells). The messages tell of violence, of a lost child and
# of suicide, without details: say so before. No slur is shown anywhere.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What you will learn
#
# After this lesson you can:
#
# - say which words moved a score, and which words a model does not know;
# - find out whose urgent messages wait: by language, by way of writing;
# - exchange one word for another, and so show that an identity word trips the alarm;
# - compare what a remedy mends with what it costs;
# - set an alarm that tells you when a model grows old.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## The policing problem
#
# Reports, messages, seized phones: more text than anyone can read. In 2019 police in south-west Norway had a search
# tool for chat logs; one case could have about 100,000 lines (NRK).
#
# Machines sort such text: urgent or not, threat or not. Two harms, two kinds of victim:
#
# - an **urgent message waits**, and nobody comes;
# - a **harmless one is flagged**, and police stand at somebody's door.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## The data and its datasheet
#
# Real messages to the police are private. So 2,350 were **written for this course**: to the contact line of a police
# that doesn't exist, in English, French, Spanish and Arabic. Nobody in them exists.
#
# *Urgent* means: when it is written, minutes count. It does not depend on who writes.

# %% slideshow={"slide_type": "subslide"}
import pandas as pd
from IPython.display import HTML

from workshop import audit, datasets, probes
from workshop.domains import text

messages = datasets.load("public_messages")
some = messages[["text", "language", "urgent"]].sample(3, random_state=8).style.hide().set_uuid("messages")
some.set_properties(**{"text-align": "start", "unicode-bidi": "plaintext", "white-space": "normal"})
HTML(some.to_html())

# %% slideshow={"slide_type": "skip"}
datasets.describe("public_messages")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## A first model
#
# 1. It counts the words of a message. A word that few messages have counts more (called TF-IDF).
# 2. From examples it learned for each word: does it speak for *urgent*, or against?
# 3. It adds them up to a score from 0 to 1.
#
# It was trained on **English** messages, and is tested on stories that it never saw.
#
# **Predict first.** Of 100 urgent English messages, how many score below 0.5?

# %% slideshow={"slide_type": "subslide"}
train, test = (messages[messages.split == part] for part in ("train", "test"))
english = train[train.language == "en"]
triage = text.fit_triage(english.text, english.urgent)
scores = triage.score(test.text)
missed = audit.estimates(text.errors(test, scores >= 0.5, "language"))
probes.predict("Of 100 urgent English messages, how many are missed?", missed["en"], "messages")

# %% [markdown] tags=["notes"]
# 30 of 100 (20 to 41), and 7 of 100 harmless ones are flagged (4 to 11). The interval comes from drawing whole
# stories again, because messages of one story are alike. The score is no chance: urgent and other messages were made
# to weigh the same in training. Watch for "30 of 100 is useless": in a pile, what counts is the order.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Who is affected
#
# A team can read 300 of today's 920 messages. The machine puts them in order.
#
# **Predict first.** Of the urgent messages, whose wait?

# %% slideshow={"slide_type": "subslide"}
probes.queue(test, scores)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Wrong, and silent
#
# Of 30 urgent messages in Arabic, 30 in French and 40 in Spanish the model flags **one**. There is no error message:
# it does not know the words, so it says "not urgent". Three or four stories each are too few for a rate. But the
# model knows only 1 to 11 of 100 words: it cannot work.

# %%
languages = {"en": "English", "fr": "French", "es": "Spanish", "ar": "Arabic"}
covered = text.coverage(triage, test).rename(languages).loc[list(languages.values())]
shown = {"value": "words known, of 100", "low": "from", "high": "to"}
(100 * covered[list(shown)]).round().astype(int).rename(columns=shown)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### And who writes differently?
# Some people write in a hurry, as in a chat. Others write in a language that they still learn. The training had few
# such messages: one reason, perhaps.

# %% slideshow={"slide_type": "subslide"}
here = (test.language == "en").to_numpy()
by_register = audit.estimates(text.errors(test[here], scores[here] >= 0.5, "register"))
ways = {"plain": "plain", "formal": "formal", "texting": "as in a chat", "second_language": "second language"}
probes.compare(
    "Urgent English messages missed",
    {words: {"missed": by_register[way]} for way, words in ways.items()},
)

# %% [markdown] tags=["notes"]
# Second language minus plain: 21 more of 100 (5 to 35), clear, but one of three comparisons. Texting minus plain: 17
# (-1 to 35): may be chance. Ask who writes to *your* line in a second language, and who could say how they are
# served. Misspellings and second-language writing follow rules here; people vary more.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Probe it
#
# ### Which word did it?
#
# **Predict first:** which words of a call for help count most? In the notebook type your own message, then the same
# in another language. What does the model do with words that it doesn't know?

# %% slideshow={"slide_type": "subslide"}
probes.message(triage)

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Exchange one word
#
# The same message, and only one word changes: *Christian*, *Muslim*, *deaf*, *gay* ...
#
# **Predict first:** should the score change? Does it? In the notebook, write a message of your own with `___` in it.

# %% slideshow={"slide_type": "subslide"}
terms = text.exchangeable(datasets.load("public_messages", "identity_terms"))
probes.swap(triage, terms)

# %% [markdown] tags=["notes"]
# "Should the score change?" For *lost a bag* no word should matter. For a threat against a group, who is named can be
# the point: keep that for "Mend it". On the first sentence four of 13 words cross 0.5, and the man only watches the
# ducks. On "Followed home" the four words bring help sooner than the others do. Ask for sentences from the room;
# write no real names.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Find the place, the sum, the number
#
# Extraction: a machine looks for places, amounts, phone numbers and dates, and puts them on a map or in a file.
#
# **Predict first:** made for English, of 100 places in Arabic messages, how many does it find?

# %% slideshow={"slide_type": "subslide"}
found = text.compare(messages, datasets.load("public_messages", "entities"))
probes.extraction(found)

# %% [markdown] tags=["notes"]
# Made for English: of 100 places 75 are found in English, 2 in French, none in Spanish and Arabic. Made for all four:
# 81, 64, 77, 61. It learned the letters and neighbours of English names; in Spanish it often finds half a name, and
# Arabic has no capitals to help. A place that is not found is missing on the map of calls. Sums, numbers and dates
# are found by written rules whose authors knew these messages: expect less in life. Watch for "61 of 100 in Arabic":
# of names that were spelled so in training 38 of 38 are found whole, of the others 42 of 94.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Explain it
# One sentence is an example. Over 319 messages that name somebody's identity, we put each word in the same place and
# compared with nothing there, in log-odds: +0.74 lifts a score of 0.50 to 0.68.
#
# The interval is for this one model: trained on other messages, a small gap may vanish.

# %% slideshow={"slide_type": "skip"}
gaps = text.average_gaps(triage, test[here], terms)
gaps = gaps[["gap", "low", "high"]].round(2).join(text.mentions(english, terms)[["urgent", "other"]])
gaps.columns = ["moves the log-odds by", "from", "to", "trained: urgent", "not"]
gaps

# %% slideshow={"slide_type": "subslide"}
known = datasets.truth("public_messages")
gaps.loc[known["planted_terms"] + known["control_terms"]]

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### We planted it, you found it
#
# In training four words, Muslim, gay, autistic and Roma, each stood with urgent messages 23 times of 27; four others,
# such as Christian, 8 times of 27 each. The model learned the habit. **Nobody told it who people are.** Two harms at
# once: harmless messages that name one group can bring the police; urgent ones that name another group, or nobody,
# wait longer.
#
# With real data too: the EU's rights agency found that a plain sentence saying that somebody is Muslim or Jewish may
# be flagged as offensive (FRA 2022).

# %% [markdown] tags=["notes"]
# The table: how far the word moves the score, in log-odds (the scale on which words add up), with its interval over
# the messages; it is that of this model, not of another training. Trained: in how many urgent training messages the
# word stood, and in how many others. About a quarter of what was planted shows (0.70 of 2.70): the model is set not
# to trust single words much. In the test: of harmless messages that name one of the four, 13 of 100 are flagged, of
# those with the four controls 6: 6 more (-1 to 14), may be chance. Of urgent ones that name one of the four, 12 of
# 100 are missed, with the controls 34: 23 fewer (3 to 45), more than chance. FRA: "Bias in algorithms", 2022.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Mend it
#
# Three ideas: **add** harmless messages that name each group; **delete** identity words; add messages in the **other
# languages**.
#
# **Predict first:** which one helps whom? What does each cost?

# %% slideshow={"slide_type": "subslide"}
mended = text.mend(messages, datasets.load("public_messages", "identity_terms"))
shown = {
    "added": "messages added",
    "gap": "largest gap (log-odds)",
    "term": "of",
    "gap_low": "from",
    "gap_high": "to",
}
mended.summary.rename(columns=shown)[list(shown.values())].round(2).replace(-0.0, 0.0)

# %% slideshow={"slide_type": "subslide"}
trained = {"as trained": "before", "other languages added": "added", "and a threshold for each": "thresholds"}
kinds = {"missed": "urgent messages missed", "false alarm": "harmless ones flagged"}
counted = {
    (words, after): mended.errors("language", kind).numerator[way].astype(int)
    for kind, words in kinds.items()
    for way, after in trained.items()
}
pd.DataFrame(counted).rename(languages).loc[list(languages.values())]

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What it costs, what remains
# - **Harmless messages added** (250 copies with the word exchanged): "Muslim" falls from 0.74 to 0.12, but "Nigerian"
#   rises from 0.03 to 0.24. And the four groups lose what the bias gave them: of their 52 urgent messages 10 are
#   missed instead of 6.
# - **Words deleted**: no gap is left, and the same price. It works for words on a list, spelled right.
# - **Languages added** (450 messages to label): French, Spanish and Arabic are heard, and more of their harmless
#   messages flagged. With a threshold for each, in Spanish 1 instead of 4 is missed, and 34 instead of 18 are
#   flagged. Counts from few stories.

# %% [markdown] tags=["notes"]
# Missed of the 52: 12 of 100 (4 to 22) and 19 (7 to 35): may be chance. "One word for all" puts *someone* in the
# place of each word: it moves the bias to all 13 groups (0.63). Urgent messages in the other languages: French and
# Arabic 30 each, Spanish 40; harmless: 60 each. Before, no threshold could help there: the order could not be told
# from chance (few stories). Ask who writes and labels the 450 messages, and who pays them. Dixon and others (2018)
# balanced their data, too.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Good at home, bad away
# A detector of hate and offence, trained on 24,783 English tweets (Davidson 2017), measured by us in November 2026:
# right on 95 of 100 other tweets, on **67 of 100** sentences of HateCheck, a test made to find weak spots (2021). To
# call every sentence hateful is right on 69. A second one, for hate only, flagged 56 of 100 **harmless** sentences
# about gay people and 8 about women, and missed 86 of 100 **hateful** ones about women. Without the group words it
# flagged fewer harmless ones about gay people (37), but missed far more hate against them: 70 instead of 36.
#
# To delete a word costs something where the word is the point.

# %%
fetch = False  # True downloads the tweets and HateCheck (3 MB) from github.com and measures again
if fetch:
    for looked_for in ("hate or offensive", "hate only"):
        measured = text.away_from_home(looked_for)
        print(
            looked_for,
            "- right at home:",
            round(measured.home.value, 2),
            "away:",
            round(measured.away.value, 2),
        )
    print(measured.groups[["value", "low", "high"]].round(2))
else:
    print("Not measured again. To fetch the data, write fetch = True above and run the cell.")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## In a crisis
#
# From January to 24 April 2020 one partner of INTERPOL counted 907,000 spam messages on COVID-19 (INTERPOL, August
# 2020). A filter trained in 2019 doesn't know the new words.
#
# **Predict first:** of 100 scams, how many more pass the old filter? How soon could somebody know?

# %% slideshow={"slide_type": "subslide"}
since = datasets.truth("scam_drift")["pandemic_from"]
ageing = text.Ageing(datasets.load("scam_drift"))
probes.drift(ageing, changed=since, retrained=("2020-03-30",))

# %% [markdown] tags=["notes"]
# On stories that it never met: 7 of 100 scams missed before, 19 since; 13 harmless held back before, 29 since. The
# alarm on unknown words rings in the first week, if one false alarm in 39 weeks is accepted; with none, four weeks
# later. It needs no labels. Trained again on 30 March (160 messages to label), it does better on stories it has met:
# 15 held back instead of 26. On new stories it does not, and may hold back more (31, 40). All messages were written
# for this course, and the change was put into one week; in life it comes step by step. Half of them are scams: in
# life far fewer, so count the harmless.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Responsible AI review
#
# You are offered a tool that sorts messages. Stop at the first question without a clear yes.
#
# 1. **Legality**: may we read, keep and sort these messages?
# 2. **Aim**: to help sooner, not only to read less?
# 3. **Suitability**: are the errors known for *our* languages?
# 4. **Necessity**: would more readers, or a button "I am in danger", do?
# 5. **Proportionality**: is the gain greater than the harm?
# 6. **Safeguards**: who reads what the machine put last? Can people learn why, and object?
#
# And: were those who write to us asked?

# %% slideshow={"slide_type": "skip"}
from workshop import casefile

shared = {"dataset": "public_messages", "bears": "people whose message waits"}
casefile.offer(
    casefile.evidence(
        "05_language_processing",
        by_register,
        "false_negative_rate",
        label="urgent English messages missed",
        overall=missed["en"],
        groups=ways,
        principles=["accuracy", "equality_and_non_discrimination", "protection_of_vulnerable_groups"],
        threshold=0.5,
        **shared,
    ),
    casefile.evidence(
        "05_language_processing",
        audit.estimates(covered),
        "known_word_share",
        label="words that the model knows, of the words of a message",
        worse="lower",
        principles=["diversity_and_accessibility"],
        **shared,
    ),
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Translation and large language models
#
# They know more words. The questions stay, and new ones come. Ask the seller:
#
# - Errors in each of our languages, on messages like ours, tested by whom?
# - What does it do with a word it can't translate: leave it, or invent something?
# - Same message, asked twice: same answer? Which version was tested?
# - Where do the messages go, who keeps them, who learns from them?
# - Swap one identity word: does the answer change?

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The law in Europe, as of autumn 2026
# On the high-risk list of the EU AI Act (Regulation 2024/1689, as amended by 2026/1744; annex III, point 5d) are
# tools that **evaluate and classify emergency calls**, or say whom police help first. Duties apply from 2
# December 2027. Is a contact line for messages one of them? Ask your lawyer.
#
# From secondary sources: check the official text. This is not legal advice.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What to remember
#
# - A model is silent about words that it does not know. Silence looks like "not urgent".
# - Count whose urgent messages wait: by language, by way of writing, by who is named.
# - Exchange one word. If the score moves, ask why.
# - To delete a word costs something where it is the point. Measure both sides.
# - Words change. Watch the share of unknown words; it needs no labels.

# %% [markdown]
# ## Next
#
# Do [the exercise](../exercises/05_language_processing.ipynb): 35 to 40 minutes, with hints. Then go back to [the
# map](00_start_here.ipynb).
