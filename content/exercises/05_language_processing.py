# ---
# jupyter:
#   workshop:
#     minutes: 40
# ---

# %% [markdown]
# # Exercise 5: Whose message waits?
#
# 35 to 40 minutes · 10 questions · no programming needed
#
# After this exercise you can:
#
# - say which word raised an alarm, and what a score means if the model knows no word;
# - show that one word decides who is disturbed and who waits;
# - count whose urgent messages wait, and what another order mends and costs;
# - tell a name that is found from half a name, and an alarm from a proof;
# - decide on a tool that sorts messages, with reasons.

# %% [markdown]
# ## How to use it
#
# 1. Run each cell with **Shift + Enter**. A cell may need some seconds.
# 2. Answer in the box under the question and press **Check**. A wrong answer brings a hint; try as often as you like.
# 3. The cells "Write your code here" are only for those who like to code: `exercise.check("q1", "b")`.
#
# By keyboard: **Tab** goes on, **Space** chooses and presses. Your progress is kept on this computer, in the folder
# `my_work`.
#
# The messages were written for this course. They tell of violence, without details.

# %% [markdown] tags=["notes"]
# **Clock.** Questions 1 and 2: 6 minutes, 3: 5 minutes, 4 to 6: 12 minutes, 7: 4 minutes, 8 and 9: 9 minutes, 10: 4
# minutes. Before 5, let everybody say aloud whose messages wait. Questions 2, 3 and 10 deserve a talk in the room.
# Whoever reads Arabic or French can say what the model does not see. Nobody needs to say to which group they belong.

# %%
from workshop import checks, probes
from workshop.checks import questions_05_language_processing as prepared

exercise = checks.open_exercise("05_language_processing")
triage = prepared.triage()

# %% [markdown]
# ## 1. Which word did it?
#
# The lesson's model, trained on English messages. First read the message about the garden: is it urgent? Then see
# what the model says.

# %%
probes.message(triage, prepared.QUESTIONS_OF_A_DAY)

# %%
exercise.ask("q1")

# %% tags=["solution"]
exercise.check("q1", "c")

# %% [markdown]
# ## 2. A call in another language
#
# The first message says: "There is a man with a knife in my garden. Please come quickly." The second one asks where a
# lost umbrella is kept.

# %%
probes.message(triage, prepared.IN_OTHER_LANGUAGES)

# %%
exercise.ask("q2")

# %% tags=["solution"]
exercise.check("q2", "b")

# %% [markdown]
# ## 3. Exchange one word
#
# Two messages stand ready: one harmless, one urgent. Think of both harms.

# %%
probes.swap(triage, prepared.terms(), prepared.WITH_A_PLACE)

# %%
exercise.ask("q3")

# %% tags=["solution"]
exercise.check("q3", ["a", "d", "e"])

# %% [markdown]
# ## 4. The formula
#
# Choose the formula in words, or write it. A seller may tell you how many of the messages read first are urgent. You
# want to know who waits.

# %%
exercise.ask("q4")


# %% tags=["solution"]
def waiting_share(messages, urgent, read, urgent_share):
    return (urgent - read * urgent_share) / urgent


exercise.check("q4", waiting_share)

# %% [markdown]
# ## 5. Who waits?
#
# The pile of the lesson: the messages of the test. First say it aloud: of the urgent messages that wait, how many of
# 100 are not in English?

# %%
probes.queue(prepared.messages("test"), prepared.scores(), capacity=prepared.READ)

# %%
exercise.ask("q5")

# %% tags=["solution"]
pile = prepared.pile("score").urgent_waiting
exercise.check("q5", 1 - pile["en"] / pile.sum())

# %% [markdown]
# ## 6. Share the places
#
# Go back to the probe of question 5. Under **Read**, choose that each language has its share.

# %%
exercise.ask("q6")

# %% tags=["solution"]
exercise.check("q6", "d")

# %% [markdown]
# ## 7. Half a name
#
# Many people call from one street. A search for its name shall bring all their messages together.

# %%
probes.extraction(prepared.comparison())

# %%
exercise.ask("q7")

# %% tags=["solution"]
strict, easy = (prepared.places("ar", match=rule).value for rule in ("exact", "overlap"))
exercise.check("q7", easy - strict)

# %% [markdown]
# ## 8. Hide the words?
#
# The model as trained, and four ways to mend it.
#
# - **Counter-examples**: copies of harmless training messages, with the word exchanged. Nobody must write them.
# - **One word for all**: each identity word becomes "someone".
# - **Other languages added**: messages that are there already. Somebody must label them.
#
# **Gap**: what a word adds on average, in log-odds, against nothing in its place. **Missed**: urgent messages with a
# score below 0.5.

# %%
prepared.mended()

# %%
exercise.ask("q8")

# %% tags=["solution"]
exercise.check("q8", ["a", "c", "d"])

# %% [markdown]
# ## 9. An old filter
#
# A filter for scams, trained in 2019. In March 2020 people write about the virus: those who cheat, and those who
# don't.

# %%
probes.drift(prepared.ageing(), changed=prepared.changed(), retrained=(prepared.AGAIN,))

# %%
exercise.ask("q9")

# %% tags=["solution"]
exercise.check("q9", ["b", "e"])

# %% [markdown]
# ## 10. Your decision
#
# A made-up offer for a contact line, for a month.
#
# - **Law:** the police law covers reading and sorting these messages; the data protection officer has no objection.
# - **Aim:** to help sooner. More readers were asked for, in vain.
# - **The line:** 2,000 messages a day, in four languages. The team reads 600, as they come.
# - **The tool:** it translates all messages into English, and puts urgent ones first. The seller's test found 95 of
#   100 urgent messages: in English, in another country.
# - **The plan:** at midnight all messages that nobody has read are closed.

# %%
exercise.ask("q10")

# %% tags=["solution"]
exercise.check("q10", "b")

# %% [markdown]
# ## Your progress
#
# Run this cell again at any time.

# %%
exercise.progress()

# %% [markdown]
# ## Take with you
#
# In which languages, and in which ways of writing, do people write to your unit? Who reads what a machine would put
# last? Write down one message that your own line must never miss.
