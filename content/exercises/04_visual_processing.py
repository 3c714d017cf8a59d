# ---
# jupyter:
#   workshop:
#     minutes: 40
# ---

# %% [markdown]
# # Exercise 4: A match, and then?
#
# 35 to 40 minutes · 10 questions · no programming needed
#
# After this exercise you can:
#
# - say what a test without an error allows to claim, and for which pictures;
# - count how many alerts of a watch list are right, and who is flagged wrongly;
# - use a list of candidates as a lead, and say what a rule does not mend;
# - find the crossing of groups that bears most errors, and the test that shows a wrong reason;
# - decide on a watch list, with reasons.

# %% [markdown]
# ## How to use it
#
# 1. Run each cell with **Shift + Enter**. A cell may need some seconds.
# 2. Answer in the box under the question and press **Check**. A wrong answer brings a hint; try as often as you like.
# 3. The cells "Write your code here" are only for those who like to code: `exercise.check("q1", "b")`.
#
# By keyboard: **Tab** goes on, **Space** chooses and presses. Your progress is kept on this computer, in the folder
# `my_work`.

# %% [markdown] tags=["notes"]
# **Clock.** Questions 1 and 2: 8 minutes, 3 to 5: 14 minutes, 6: 5 minutes, 7 and 8: 7 minutes, 9 and 10: 6 minutes.
# Before 3, let everybody say aloud how many of 100 alerts are right. Questions 5, 6 and 10 deserve a talk in the
# room. The plate reader of question 2 is trained first: some seconds. Nobody needs a name of a person on a picture:
# say so if somebody starts to guess.

# %%
from workshop import checks, datasets, probes
from workshop.checks import questions_04_visual_processing as prepared
from workshop.domains import vision

exercise = checks.open_exercise("04_visual_processing")

# %% [markdown]
# ## 1. No face missed
#
# The lesson's face detector, and a rule that measures only how rough a picture is. Of 100 faces: **missed**, and the
# ends of the 95% interval. The faces are from news pictures.

# %%
(100 * prepared.detector_errors()).round().astype(int)

# %%
exercise.ask("q1")

# %% tags=["solution"]
exercise.check("q1", "b")

# %% [markdown]
# ## 2. Plates in bad light
#
# The lesson's plate reader. The training had few plates of Kestimar; the letters of Lumeko are grey on grey. Think
# also of who is in the car.

# %%
probes.light(prepared.tried_plates(), prepared.plate_reader(), most=200)

# %%
exercise.ask("q2")

# %% tags=["solution"]
exercise.check("q2", ["a", "c", "d"])

# %% [markdown]
# ## 3. A small watch list
#
# The invented face search of the lesson; here the four groups are equally large. First say it aloud: when few people
# pass and few are on the list, how many of 100 alerts are right?

# %%
scores = prepared.search_scores()
probes.watch_list(scores, default=500, source="an invented face search")

# %%
exercise.ask("q3")

# %% tags=["solution"]
small = vision.watch_list_day(scores.at(530), crowd=1_000, listed=20, wanted=1)
exercise.check("q3", small.share_right.value)

# %% [markdown]
# ## 4. The formula
#
# Choose the formula in words, or write it. A seller tells you the **found share** and the **flagged share**. Which
# numbers must you bring yourself?

# %%
exercise.ask("q4")


# %% tags=["solution"]
def share_right(wanted, found_share, others, flagged_share):
    right = wanted * found_share
    return right / (right + others * flagged_share)


exercise.check("q4", share_right)

# %% [markdown]
# ## 5. The same rate for each group
#
# The same search. Compare the two rules. **Show** has the alerts and the errors by group: you need both.

# %%
probes.watch_list(scores, default=560, source="an invented face search")

# %%
exercise.ask("q5")

# %% tags=["solution"]
exercise.check("q5", ["a", "b", "e"])

# %% [markdown]
# ## 6. The first name on the list
#
# In January 2020 Detroit police arrested Robert Williams after a face search with a poor picture of a theft. It was
# not him. In June 2024 the city agreed: no arrest on a face search alone. What such a rule could do, in a simulation:
#
# <small>Michigan Public; The Detroit News, 2024.</small>

# %%
probes.candidates()

# %%
exercise.ask("q6")

# %% tags=["solution"]
exercise.check("q6", ["a", "b", "e"])

# %% [markdown]
# ## 7. Better for whom?
#
# Two real systems guess from a face whether people call the person female or male. DeepFace errs most on pictures
# labelled Black and female. The other system errs less often in all.

# %%
faces = datasets.load("face_gender_predictions")
probes.crossings(faces)

# %%
exercise.ask("q7")

# %% tags=["solution"]
rates = vision.error_rates(faces, "facellm", ["race", "gender"])
exercise.check("q7", rates[rates.enough].value.max())

# %% [markdown]
# ## 8. What does it look at?
#
# A model names a plate's region. Lay the patch on parts of the four plates, and watch the score of "Osbelia". Then
# show the map.

# %%
score = vision.region_score(prepared.region_model(), "Osbelia")
plates = prepared.example_plates()
probes.patch(score, plates, what="Osbelia", source="drawn plates", fill=prepared.SHADE, show="patch")

# %%
exercise.ask("q8")

# %% tags=["solution"]
exercise.check("q8", "b")

# %% [markdown]
# ## 9. Masks
#
# In July 2020 NIST drew masks on pictures and tested 89 algorithms from before the pandemic, one picture against one.
# Of 100 pairs of pictures of **one** person, **from** so many **to** so many were not recognised.
#
# <small>NISTIR 8311; NIST, 27 July 2020; CNN.</small>

# %%
masks = datasets.load("face_mask_false_non_match").set_index("condition")
masks.set_axis(["from", "to", "told by"], axis=1)

# %%
exercise.ask("q9")

# %% tags=["solution"]
exercise.check("q9", "d")

# %% [markdown]
# ## 10. Your decision
#
# A made-up offer for a station, for two weeks.
#
# - **Law and aim:** a court allows it, only for 20 missing children. Officers with photographs have searched in vain.
# - **The test:** the maker found 99 of 100, with 1 false match in 10,000 comparisons. Adults, passport pictures, one
#   number for all.
# - **The place:** 40,000 people a day. The team can check 20 alerts a day; guards stop everybody else who is flagged.

# %%
exercise.ask("q10")

# %% tags=["solution"]
exercise.check("q10", "c")

# %% [markdown]
# ## Your progress
#
# Run this cell again at any time.

# %%
exercise.progress()

# %% [markdown]
# ## Take with you
#
# Where does your unit get a match: a plate, a face, a fingerprint? Who checks it before somebody is stopped? Write
# down the question that you will ask.
