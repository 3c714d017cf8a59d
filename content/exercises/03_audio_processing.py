# ---
# jupyter:
#   workshop:
#     minutes: 40
# ---

# %% [markdown]
# # Exercise 3: Whose words arrive?
#
# 35 to 40 minutes · 10 questions · no programming needed
#
# After this exercise you can:
#
# - count word errors, and say why a low rate does not make a transcript evidence;
# - measure whose words a product gets wrong, and see when a group is too small to tell;
# - choose a product by numbers for the people who call in your city;
# - tell a test on new speakers from one that flatters, also where build, emotion or origin is promised;
# - name who is harmed when a threshold moves, and what a good test leaves open.

# %% [markdown]
# ## How to use it
#
# 1. Run each cell with **Shift + Enter**. A cell may need some seconds.
# 2. Answer in the box under the question and press **Check**. A wrong answer brings a hint; try as often as you like.
# 3. The cells "Write your code here" are only for those who like to code: `exercise.check("q1", 0.5)`.
#
# By keyboard: **Tab** goes on, **Space** chooses and presses. Your progress is kept on this computer, in the
# folder `my_work`.

# %% [markdown] tags=["notes"]
# **Clock.** Questions 1 to 3: 11 minutes, 4 to 6: 11 minutes, 7: 4 minutes, 8 and 9: 8 minutes, 10: 4 minutes. People
# need a calculator for 1, 4 and 7, and headphones for 7 if they sit close together. Before 5, let everybody say aloud
# which product they would buy. Questions 2, 8 and 10 deserve a talk in the room. Say before you play a clip that a
# program speaks.

# %%
from workshop import checks, datasets, probes
from workshop.checks.questions_03_audio_processing import build_by_lot, missed_clips, voice_pairs
from workshop.domains import speech

exercise = checks.open_exercise("03_audio_processing")
recognisers = datasets.load("speech_recognition_errors")

# %% [markdown]
# ## 1. One emergency call
#
# A made-up call. Compare word by word.
#
# - **Said:** please send an ambulance to nineteen mill street my son is not breathing
# - **Written by the machine:** please send ambulance to ninety mill street oh my son is breathing

# %%
exercise.ask("q1")

# %% tags=["solution"]
said = "please send an ambulance to nineteen mill street my son is not breathing"
written = "please send ambulance to ninety mill street oh my son is breathing"
exercise.check("q1", speech.word_errors(said, written).rate)

# %% [markdown]
# ## 2. One word in an interview
#
# A made-up interview. The first transcript is already in the second field; type the others there.

# %%
probes.transcript("I was there but I did not hit him", "er I was there but I did not hit him")

# %%
exercise.ask("q2")

# %% tags=["solution"]
exercise.check("q2", "c")

# %% [markdown]
# ## 3. The formula
#
# A machine can replace words (**substitutions**), lose words (**deletions**) and add words that nobody said
# (**insertions**). Choose the formula in words, or write it. Then think: can the rate be above 100%? Count how many
# errors there are when somebody says "fire" and the machine writes "for a year".

# %%
exercise.ask("q3")


# %% tags=["solution"]
def word_error_rate(substitutions, deletions, insertions, words_said):
    return (substitutions + deletions + insertions) / words_said


exercise.check("q3", word_error_rate)

# %% [markdown]
# ## 4. The same product, other speakers
#
# Real volunteers read English sentences to Amazon's recogniser of December 2019, set to US English. **words** are the
# words that they said, **errors** what the machine got wrong. The accent is what the speakers told.
#
# <small>Counted from the Artie Bias Corpus; Meyer and others, 2020.</small>

# %%
amazon = recognisers[recognisers.system == "amazon-en-US"]
counts = amazon.groupby("accent")[["clips", "words", "errors"]].sum()
counts.assign(speakers=amazon.accent.value_counts()).loc[["us", "indian", "england", "african"]]

# %%
exercise.ask("q4")

# %% tags=["solution"]
exercise.check("q4", counts.errors["indian"] / counts.words["indian"])

# %% [markdown]
# ## 5. Buy for your city
#
# First say which of the four products you would buy. Then set "Who calls in your city" to mostly Indian accents, and
# look. Read sentences are not emergency calls: use the numbers to compare, not to forecast.

# %%
probes.procurement(recognisers)

# %%
exercise.ask("q5")

# %% tags=["solution"]
mix = {"us": 0.1, "indian": 0.8, "england": 0.1}
offered = {"a": "google-en-IN", "b": "amazon-en-US", "c": "amazon-en-IN", "d": "google-en-US"}
expected = {
    letter: speech.procurement(speech.error_rates(recognisers, recogniser=product), mix, 10).errors.value
    for letter, product in offered.items()
}
exercise.check("q5", min(expected, key=expected.get))

# %% [markdown]
# ## 6. A small group
#
# Amazon's recogniser again. **value** is how many of 100 words were wrong. **low** and **high** are the ends of the 95%
# interval, made by drawing speakers again and again.

# %%
rates = speech.error_rates(recognisers, recogniser="amazon-en-US").frame("speakers", "clips")
few_and_many = rates.loc[["us", "indian", "england", "african"]]
of_hundred = (100 * few_and_many[["value", "low", "high"]]).round().astype(int)
of_hundred.join(few_and_many[["speakers", "clips"]])

# %%
exercise.ask("q6")

# %% tags=["solution"]
exercise.check("q6", "d")

# %% [markdown]
# ## 7. Who is missing in the training?
#
# A keyword spotter listens for 12 words such as "help" and "knife". This is **synthetic speech**: a program speaks and
# imitates accents, so that we know who was in the training. Listen to some, then look at the table: clips of speakers
# whom the spotter never heard before, and how many it missed.

# %%
keywords = datasets.load("spoken_keywords")
probes.clips(keywords[keywords.split == "test"])

# %%
missed_clips()

# %%
exercise.ask("q7")

# %% tags=["solution"]
absent = missed_clips().query("speakers_in_training == 0")
exercise.check("q7", absent.missed.sum() / absent.clips.sum())

# %% [markdown]
# ## 8. A machine that cannot work
#
# At a meeting on AI and policing in 2019 one example was to estimate height, weight and build from a voice. How would
# you test such a claim? We drew by lot which of 20 synthetic speakers is "light" and which is "heavy", half of each, 20
# times. So nothing in the voice can tell it. A machine was trained on it all the same. The table says how many of 100
# clips it got right:
#
# - **speakers shared**: other clips of the same speakers were in the training;
# - **speakers apart**: no speaker of the test was in the training.
#
# <small>UNICRI, on its meeting with INTERPOL of 2019; files.unicri.it, 3 July 2019.</small>

# %%
(100 * build_by_lot()).round().astype(int).to_frame("right, of 100 clips")

# %%
exercise.ask("q8")

# %% tags=["solution"]
right = build_by_lot()
true = {
    "a": right["speakers shared"] > 0.55,  # a coin is right in 0.5, a little more or less by chance
    "b": right["speakers apart"] > 0.55,
    "c": True,  # it heard the same speaker before, with the answer
    "d": False,  # that is the test with speakers apart
}
exercise.check("q8", [letter for letter, holds in true.items() if holds])

# %% [markdown]
# ## 9. Same speaker or not?
#
# A program scores how alike two recordings are. From the **threshold** on, your unit calls them the same speaker. Move
# the threshold from 0.5 to 0.8. Again synthetic speech: single words, a simple method, far from casework.

# %%
probes.voices(voice_pairs(), default=0.5, source="synthetic speech, single words")

# %%
exercise.ask("q9")

# %% tags=["solution"]
pairs = voice_pairs()
falls = tuple(
    each(0.8).numerators.sum() < each(0.5).numerators.sum()
    for each in (pairs.false_match_rates, pairs.false_non_match_rates)
)
exercise.check("q9", {(True, False): "a", (False, True): "b", (True, True): "c"}[falls])

# %% [markdown]
# ## 10. The machine's text as evidence
#
# Norway's project AI4Interviews, begun in 2022, turns interviews into text, dialects too. There are more than 150,000
# interviews a year, and up to 80% less time for writing is claimed. The test in the question is made up. Ask in this
# order: legality, aim, suitability, necessity, proportionality, safeguards.
#
# <small>politiet.no, on AI4Interviews.</small>

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
# Where does your unit turn speech into text, or could soon? Who calls or is interviewed there, and with whose voices
# was it tested? Write down the question that you will ask.
