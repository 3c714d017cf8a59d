"""The questions of exercise 01: COMPAS, a crowd, arrests in Toronto, necessity, Robert Williams.

Each function makes one question. What is computable is computed from the data; the letters of a question of
judgement are its author's, argued in the feedback.
"""

from functools import cache

from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from workshop import audit, datasets

from .question import Choice, Code, Mistake, Number, Several

FLAG_FROM = 5  # the COMPAS score from which ProPublica (2016) called the risk medium or high
BLACK, WHITE = "African-American", "Caucasian"  # the names in the data
CROWD = 100_000
PREVALENCE = 1 / 10_000
SENSITIVITY, FALSE_ALARMS = 0.99, 0.01
PRECISION = RECALL = 0.6  # of the imagined score
FACTS = ["checks", "employed", "citizen", "age", "sex", "colour"]


@cache
def compas() -> audit.GroupRates:
    """Return the audit of the COMPAS scores at the threshold used in the lesson."""
    people = datasets.load("compas_scores")
    return audit.group_rates(people.reoffended, people.decile_score >= FLAG_FROM, people.group)


@cache
def toronto_arrests():
    """Return the arrests with a column `held`: True if the person was not released."""
    arrests = datasets.load("toronto_arrests")
    return arrests.assign(held=~arrests.released)


@cache
def toronto_model(*facts: str):
    """Return a logistic regression that repeats the decision to hold, from the given columns (all by default)."""
    arrests, facts = toronto_arrests(), list(facts or FACTS)
    words = make_column_selector(dtype_exclude="number")
    numbers = make_column_selector(dtype_include="number")
    columns = make_column_transformer((OneHotEncoder(drop="if_binary"), words), (StandardScaler(), numbers))
    return make_pipeline(columns, LogisticRegression()).fit(arrests[facts], arrests.held)


def toronto_case():
    """Return the facts of one arrest, as a table of one row: the first Black person held with four checks or more."""
    arrests = toronto_arrests()
    chosen = arrests[(arrests.colour == "Black") & arrests.held & (arrests.checks >= 4)]
    return chosen[FACTS].head(1)


def held_by_colour() -> audit.GroupRates:
    """Return the share held (the selection rate) by colour."""
    arrests = toronto_arrests()
    return audit.group_rates(arrests.held, arrests.held, arrests.colour)


def wrong_flags() -> Number:
    """Ask for a false positive rate."""
    rates = compas()
    tn, fp, _, tp = (int(count) for count in rates.counts[rates.groups.index(BLACK)])
    black = {name: rates.of(BLACK, name).value for name in audit.RATES}
    people, cleared = int(rates.of(BLACK, "selection_rate").denominator), tn + fp
    return Number(
        asks=f"Of the Black defendants who did not re-offend, what share was flagged (score {FLAG_FROM} or more)?",
        expected=black["false_positive_rate"],
        tolerance=0.005,
        why=(
            f"{fp:,} of the {cleared:,} who did not re-offend were flagged: {fp / cleared:.1%}. This is the false "
            f"positive rate. For white defendants it is {rates.of(WHITE, 'false_positive_rate').value:.1%}. "
            "A flag like this can cost freedom."
        ),
        mistakes=(
            Mistake(
                "the other group",
                rates.of(WHITE, "false_positive_rate").value,
                (
                    "The way you count is right. Look at the group you took it from.",
                    "You took the white defendants. The question is about the Black defendants.",
                    f"Of the group {BLACK}: {fp:,} wrongly flagged, {tn:,} rightly left alone. Divide as before.",
                ),
            ),
            Mistake(
                "all groups together",
                rates.overall.of("everyone", "false_positive_rate").value,
                (
                    "The way you count is right, but for too many people.",
                    "You took all groups together. Take only the Black defendants.",
                    f"Of the group {BLACK}: {fp:,} wrongly flagged, {tn:,} rightly left alone. Divide as before.",
                ),
            ),
            Mistake(
                "divided by everybody",
                fp / people,
                (
                    "You divided by all Black defendants. Can each of them be wrongly flagged?",
                    "Only a person who did not re-offend can be wrongly flagged. Leave the others out below the line.",
                    f"Divide {fp:,} by those who did not re-offend: {fp:,} flagged and {tn:,} not flagged.",
                ),
            ),
            Mistake(
                "divided by the flagged",
                fp / (fp + tp),
                (
                    "You began with the people who were flagged. The question begins with other people.",
                    "“Of the defendants who did not re-offend”: these people belong below the line.",
                    f"Divide {fp:,} not by the flagged, but by {fp:,} + {tn:,}, who did not re-offend.",
                ),
            ),
            Mistake(
                "missed instead of wrongly flagged",
                black["false_negative_rate"],
                (
                    "This is an error rate of this group, but the other error.",
                    "You took people who were missed. The question is about people who were flagged for nothing.",
                    f"Start from the {cleared:,} who did not re-offend. {fp:,} of them were flagged.",
                ),
            ),
            Mistake(
                "one minus the answer",
                black["true_negative_rate"],
                (
                    "You have the right people below the line. Look above the line.",
                    "Your share is of those who were rightly left alone. The question asks for the flagged ones.",
                    "The two shares together make 100%. Take your answer away from 100%.",
                ),
            ),
            Mistake(
                "all flags",
                black["selection_rate"],
                (
                    "This is the share of all Black defendants who were flagged, rightly or wrongly.",
                    "Use only people who did not re-offend: above the line and below it.",
                    f"{cleared:,} did not re-offend. {fp:,} of them were flagged. Divide.",
                ),
            ),
            Mistake(
                "right flags",
                black["positive_predictive_value"],
                (
                    "This is the share of flags that were right. The question is about people flagged for nothing.",
                    "Do not begin with the flagged. Begin with those who did not re-offend.",
                    f"{cleared:,} did not re-offend. {fp:,} of them were flagged. Divide.",
                ),
            ),
        ),
        otherwise=(
            "Read the question as “of these people, how many?”. Who are “these people”?",
            "Below the line: Black defendants who did not re-offend. Above the line: those of them who were flagged.",
            f"{cleared:,} Black defendants did not re-offend, and {fp:,} of them were flagged. Divide.",
        ),
    )


def nearly_equal() -> Choice:
    """Ask which rate is nearly the same for both groups."""
    rates = compas()
    names = {
        "a": "false_positive_rate",
        "b": "false_negative_rate",
        "c": "positive_predictive_value",
        "d": "selection_rate",
    }
    pairs = {
        letter: (rates.of(BLACK, name).value, rates.of(WHITE, name).value) for letter, name in names.items()
    }
    nearest = min(pairs, key=lambda letter: abs(pairs[letter][0] - pairs[letter][1]))
    shown = {letter: f"Black {black:.0%}, white {white:.0%}" for letter, (black, white) in pairs.items()}
    return Choice(
        asks=f"At score {FLAG_FROM}, which of these shares is nearly the same for Black and white defendants?",
        options={
            "a": "of those who did not re-offend, the share that was flagged",
            "b": "of those who re-offended, the share that was missed",
            "c": "of those who were flagged, the share that re-offended",
            "d": "of all, the share that was flagged",
        },
        expected=nearest,
        why=(
            f"A flag is right about equally often ({shown['c']}). Who looks at this number alone does not see that "
            f"wrong flags are far from equal ({shown['a']}). Both are true of one score."
        ),
        mistakes=(
            Mistake(
                "false positive rate",
                "a",
                (
                    "These are the wrong flags. Look at the two values of this share again.",
                    f"These two are far apart: {shown['a']}. Look for two values that are close.",
                    "Begin with people who were flagged, and ask how many of them re-offended.",
                ),
            ),
            Mistake(
                "false negative rate",
                "b",
                (
                    "Missed people: here the white group has the higher share. Look at the two values.",
                    f"These two are far apart: {shown['b']}. Look for two values that are close.",
                    "An officer who sees a flag asks: how often is a flag right? Compare this share.",
                ),
            ),
            Mistake(
                "selection rate",
                "d",
                (
                    "This counts all flags, right and wrong. Are they equally frequent in both groups?",
                    f"They are not: {shown['d']}. Look for two values that are close.",
                    "Now look only at the flagged people, and at how many of them re-offended.",
                ),
            ),
        ),
        otherwise=(
            "In the table, take one rate at a time and compare the two groups.",
            "One of the four shares differs by a few points only.",
            "Look at the flagged people only.",
        ),
    )


def write_the_rate() -> Code:
    """Ask for the formula of the false positive rate."""
    return Code(
        asks=(
            "Give the false positive rate from the four counts: tn (rightly left alone), fp (wrongly flagged), "
            "fn (missed), tp (rightly flagged)."
        ),
        parameters=("tn", "fp", "fn", "tp"),
        inputs=lambda generator: tuple(int(count) for count in generator.integers(1, 900, size=4)),
        formulas={
            "a": ("wrongly flagged ÷ everybody", lambda tn, fp, fn, tp: fp / (tn + fp + fn + tp)),
            "b": ("wrongly flagged ÷ all who were flagged", lambda tn, fp, fn, tp: fp / (fp + tp)),
            "c": ("wrongly flagged ÷ all who did not re-offend", lambda tn, fp, fn, tp: fp / (fp + tn)),
            "d": ("missed ÷ all who re-offended", lambda tn, fp, fn, tp: fn / (fn + tp)),
        },
        expected=lambda tn, fp, fn, tp: audit_rate("false_positive_rate", (tn, fp, fn, tp)),
        why=(
            "Only people who did not re-offend can be wrongly flagged, so only they stand below the line: "
            "fp / (fp + tn). An error rate is about the people who can suffer this error."
        ),
        mistakes=(
            Mistake(
                "divided by everybody",
                lambda tn, fp, fn, tp: fp / (tn + fp + fn + tp),
                (
                    "You divide by everybody. Who can suffer a wrong flag?",
                    "A person who re-offended can't be wrongly flagged. Take fn and tp out below the line.",
                    "Below the line belong only the people who did not re-offend: fp and tn.",
                ),
            ),
            Mistake(
                "divided by the flagged",
                lambda tn, fp, fn, tp: fp / (fp + tp),
                (
                    "You ask how many flags are wrong. The false positive rate begins with other people.",
                    "It begins with the people who did not re-offend. Which two counts are these?",
                    "Keep fp above the line. Below it, put tn in the place of tp.",
                ),
            ),
            Mistake(
                "missed instead of wrongly flagged",
                lambda tn, fp, fn, tp: fn / (fn + tp),
                (
                    "This is an error rate, but of the other error: people who were missed.",
                    "A false positive is a flag (positive) that is wrong (false). Which of the counts is it?",
                    "Put fp above the line, and the people who did not re-offend below it: fp and tn.",
                ),
            ),
            Mistake(
                "one minus the answer",
                lambda tn, fp, fn, tp: tn / (tn + fp),
                (
                    "The right people are below the line. Look above the line.",
                    "You count the people rightly left alone. The rate counts those wrongly flagged.",
                    "Keep what is below the line, and put fp above it.",
                ),
            ),
            Mistake(
                "no brackets",
                lambda tn, fp, fn, tp: fp / fp + tn,
                (
                    "Look at the order: a computer divides before it adds.",
                    "What stands below the line needs brackets around it.",
                    "Write the sum in brackets: fp / ( … + … ).",
                ),
            ),
            Mistake(
                "percent",
                lambda tn, fp, fn, tp: 100 * fp / (fp + tn),
                (
                    "Your people are right. Look at the size of the result.",
                    "Your result is so many of 100. A rate lies between 0 and 1.",
                    "Do not multiply by 100.",
                ),
            ),
        ),
        otherwise=(
            "Say it in words first: of which people, how many?",
            "Of the people who did not re-offend (two of the counts), how many were flagged (one of them)?",
            "Above the line: fp. Below the line: the people who did not re-offend, fp and tn.",
        ),
    )


def audit_rate(name: str, counts: tuple) -> float:
    """Return a rate of `audit.RATES` from the four confusion counts (tn, fp, fn, tp)."""
    rate = audit.RATES[name]
    return sum(counts[cell] for cell in rate.numerator) / sum(counts[cell] for cell in rate.denominator)


def why_not_both() -> Choice:
    """Ask why equal precision and equal recall go with unequal false positive rates."""
    rates = compas()
    base = {group: rates.of(group, "base_rate").value for group in (BLACK, WHITE)}
    per_thousand = {group: round(1000 * share) for group, share in base.items()}
    wrong = {group: implied_wrong_flags(share, PRECISION, RECALL) for group, share in base.items()}
    same = f"{PRECISION:.0%} of the flags are right and {RECALL:.0%} of the re-offenders are found"
    by_hand = (
        f"Take 1,000 people of each group: {per_thousand[BLACK]} Black and {per_thousand[WHITE]} white people "
        "re-offended."
    )
    return Choice(
        asks=(
            "Imagine a score that is equal for both groups in two ways: a flag is right equally often, and equally "
            "many re-offenders are found. Are the wrong flags equal too, in this data?"
        ),
        options={
            "a": "Yes: what is equal in two ways is equal in the third.",
            "b": "Yes, if the right threshold is chosen.",
            "c": "Yes, if the score does not see the group.",
            "d": "No: in this data, the groups were arrested again at different rates.",
        },
        expected="d",  # arithmetic: `wrong` differs between the groups
        why=(
            f"{base[BLACK]:.0%} of the Black and {base[WHITE]:.0%} of the white defendants were arrested again. If "
            f"{same} in both groups, {wrong[BLACK]:.0%} of the Black and {wrong[WHITE]:.0%} of the white people who "
            "did not re-offend are flagged. An arrest also depends on where the police look."
        ),
        mistakes=(
            Mistake(
                "equal in all",
                "a",
                (
                    "It sounds right. Test it with people: 1,000 of each group. How many of them re-offended?",
                    f"{by_hand} Find the same share of both: in which group do you need more flags?",
                    "More flags, and the same share of them wrong: so more wrong flags, for fewer innocent people.",
                ),
            ),
            Mistake(
                "threshold",
                "b",
                (
                    "Try it: move the threshold in the probe. Watch the wrong flags of both groups.",
                    "The threshold moves the error rates. One number of each group never moves. Which one?",
                    f"{by_hand} No threshold changes these two numbers.",
                ),
            ),
            Mistake(
                "group not seen",
                "c",
                (
                    "Imagine a score that never sees the group. Do the two groups become the same by this?",
                    "The two groups differ before anyone is flagged. In which number of the table?",
                    f"{by_hand} Seen or not, these two numbers stay.",
                ),
            ),
        ),
        otherwise=("Look at the table.", "One rate is not about the flags.", "Compare the base rates."),
    )


def implied_wrong_flags(base_rate: float, precision: float, recall: float) -> float:
    """Return the false positive rate that three other shares force (Chouldechova 2017)."""
    return base_rate / (1 - base_rate) * (1 - precision) / precision * recall


def crowd() -> Number:
    """Ask how many wrong alarms come with each right one."""
    wanted = CROWD * PREVALENCE
    right = SENSITIVITY * wanted
    wrong = FALSE_ALARMS * (CROWD - wanted)
    share = right / (right + wrong)
    return Number(
        asks=(
            f"A camera looks at {CROWD:,} people; 1 of {1 / PREVALENCE:,.0f} is wanted. It finds {SENSITIVITY:.0%} of "
            f"the wanted and is wrong for {FALSE_ALARMS:.0%} of the others. How many wrong alarms come with one right "
            "alarm?"
        ),
        expected=wrong / right,
        tolerance=1.5,
        proportion=False,
        highest=CROWD,
        why=(
            f"About {wrong:,.0f} wrong alarms and {right:.0f} right ones: about {wrong / right:.0f} innocent people "
            f"are flagged for each wanted person. Only {100 * share:.0f} of 100 alarms is right, although the tool "
            f"finds {SENSITIVITY:.0%} of the wanted and is wrong for only {FALSE_ALARMS:.0%} of the others."
        ),
        mistakes=(
            Mistake(
                "share instead of a number",
                share,
                (
                    "You give a share. The question asks for people: so many wrong alarms for one right alarm.",
                    "Find two numbers of people: the wrong alarms and the right alarms.",
                    f"Divide about {wrong:,.0f} wrong alarms by about {right:.0f} right alarms.",
                ),
                tolerance=0.0005,
            ),
            Mistake(
                "the promise of the tool",
                SENSITIVITY,
                (
                    "This is close to a rate of the tool. But how many people in this crowd are wanted at all?",
                    f"Only {wanted:.0f} of the {CROWD:,} are wanted. The errors fall on all the others.",
                    f"{FALSE_ALARMS:.0%} of {CROWD - wanted:,.0f} people, against {right:.0f} right alarms. Divide.",
                ),
                tolerance=0.02,
            ),
            Mistake(
                "sensitivity over false positive rate",
                SENSITIVITY / FALSE_ALARMS,
                (
                    "You divided the two rates of the tool. The crowd is missing from it.",
                    "Turn both rates into people: how many are wanted, how many are not?",
                    f"About {wrong:,.0f} wrong alarms for about {right:.0f} right ones. Divide.",
                ),
            ),
            Mistake(
                "right alarms",
                right,
                (
                    "These are the wanted people the camera finds. Now count the others it flags.",
                    f"{FALSE_ALARMS:.0%} of all who are not wanted cause an alarm. How many people is that?",
                    f"About {wrong:,.0f} wrong alarms. Divide them by your number.",
                ),
            ),
            Mistake(
                "all wrong alarms",
                wrong,
                (
                    "These are all wrong alarms together. The question asks for them per right alarm.",
                    "How many of the wanted does the camera find? Divide your number by it.",
                    f"The camera finds about {right:.0f} wanted people. Divide your number by {right:.0f}.",
                ),
                tolerance=5,
            ),
            Mistake(
                "all alarms",
                wrong + right,
                (
                    "These are all alarms, right and wrong. Separate them.",
                    f"About {right:.0f} of them are right. Divide the rest by the right ones.",
                    f"Divide about {wrong:,.0f} by about {right:.0f}.",
                ),
                tolerance=3,
            ),
            Mistake(
                "everybody per wanted person",
                1 / PREVALENCE,
                (
                    "This is how rare a wanted person is. But not every innocent person causes an alarm.",
                    f"Only {FALSE_ALARMS:.0%} of the innocent people cause one. Take that share of your number.",
                    f"{wrong:,.0f} wrong alarms in the whole crowd, for {right:.0f} right ones. Divide.",
                ),
                tolerance=110,
            ),
        ),
        otherwise=(
            "Count people, not percent. How many wanted people are in this crowd?",
            f"{wanted:.0f} are wanted and {CROWD - wanted:,.0f} are not. How many alarms does each of the two cause?",
            f"About {wrong:,.0f} wrong alarms and about {right:.0f} right ones. Divide.",
        ),
    )


def held_gap() -> Number:
    """Ask for the difference between two shares with intervals."""
    rates = held_by_colour()
    black, white = (rates.of(group, "selection_rate") for group in ("Black", "White"))
    gap = rates.difference("selection_rate", "Black", "White")
    both = (
        f"Of 100 Black people {100 * black.value:.1f} were held, of 100 White people {100 * white.value:.1f}."
    )
    return Number(
        asks="How many more were held of every 100 Black people than of every 100 White people?",
        expected=100 * gap.value,
        tolerance=0.5,
        proportion=False,
        highest=100,
        why=(
            f"{both} That is {100 * gap.value:.1f} more. The 95% interval of this gap runs from {100 * gap.low:.1f} to "
            f"{100 * gap.high:.1f}, so chance alone is an unlikely reason. It doesn't say why: the groups may also "
            "differ in other facts."
        ),
        mistakes=(
            Mistake(
                "share instead of people of 100",
                gap.value,
                (
                    "You give a share. The question counts people: so many of every 100.",
                    "A share of 0.25 means 25 of 100. Turn yours into people in the same way.",
                    "Multiply your number by 100.",
                ),
                tolerance=0.005,
            ),
            Mistake(
                "Black people only",
                100 * black.value,
                (
                    "This is the number of one group. The question compares two.",
                    "Take the number of the White people away from it.",
                    f"{both} Subtract.",
                ),
            ),
            Mistake(
                "White people only",
                100 * white.value,
                (
                    "This is the number of the White people. The question compares two groups.",
                    "Take it away from the number of the Black people.",
                    f"{both} Subtract.",
                ),
            ),
            Mistake(
                "everybody",
                100 * rates.overall.of("everyone", "selection_rate").value,
                (
                    "This is the number for everybody together. It hides the difference between the groups.",
                    "Take the two groups one by one, then subtract.",
                    f"{both} Subtract.",
                ),
            ),
            Mistake(
                "relative difference",
                100 * gap.value / white.value,
                (
                    "You say how much higher it is in percent of the smaller number. Count people instead.",
                    "Of 100 and of 100: take one number away from the other. Do not divide.",
                    f"{both} Only subtract.",
                ),
            ),
            Mistake(
                "ratio",
                black.value / white.value,
                (
                    "You say how many times more. The question asks how many more.",
                    "Of 100 and of 100: take one number away from the other. Do not divide.",
                    f"{both} Only subtract.",
                ),
                tolerance=0.05,
            ),
            Mistake(
                "between the ends of the intervals",
                100 * (black.low - white.high),
                (
                    "You subtracted the ends of the two ranges. Use the shares themselves.",
                    "The shares stand first; the two ends of the range stand behind them.",
                    f"{both} Subtract.",
                ),
            ),
        ),
        otherwise=(
            "Find the share held of each group in the table. How many of 100 is that?",
            "Then take the smaller number away from the larger one.",
            f"{both} Subtract.",
        ),
    )


def strongest_fact() -> Choice:
    """Ask which fact pushes one case most towards being held."""
    letters = {"a": "colour", "b": "checks", "c": "employed", "d": "age"}
    words = {
        "colour": "the colour",
        "checks": "the number of databases with this name (checks)",
        "employed": "whether the person has a job (employed)",
        "age": "the age",
    }
    case, arrests = toronto_case(), toronto_arrests()
    explanation = audit.explain_linear(toronto_model(), case, background=arrests[FACTS])
    pushes = explanation.contributions
    strongest = max(letters, key=lambda letter: pushes[letters[letter]])
    size = {letter: f"{pushes[name]:+.2f}" for letter, name in letters.items()}
    best = words[letters[strongest]]
    return Choice(
        asks="Look at this case. Which fact pushes the model most towards “held”?",
        options={letter: words[name] for letter, name in letters.items()},
        expected=strongest,
        why=(
            f"It is {best}: {size[strongest]} on the model's own scale (log-odds). Colour adds {size['a']}, although "
            "it says nothing about what the person did. The databases hold earlier arrests, "
            "convictions and parole. Who is in them depends on what people did, and also on where the police looked."
        ),
        mistakes=(
            Mistake(
                "colour",
                "a",
                (
                    "Colour does push towards “held” here. But is its bar the longest one?",
                    f"Colour adds {size['a']}. Look for a longer bar on the same side.",
                    "The longest bar belongs to something the police counted, not to the person's looks.",
                ),
            ),
            Mistake(
                "employed",
                "c",
                (
                    "Look at the length of this bar, and compare it with the others.",
                    f"Work gives {size['c']} in this case. One fact on the same side gives more.",
                    "The longest bar belongs to something that the police counted.",
                ),
            ),
            Mistake(
                "age",
                "d",
                (
                    "Is this bar long? Compare it with the others.",
                    f"Age gives {size['d']}: almost nothing. Look for the longest bar towards “held”.",
                    "The longest bar belongs to something that the police counted.",
                ),
            ),
        ),
        otherwise=(
            "Compare the bars.",
            "Only the bars towards “held” count.",
            "Take the longest of them.",
        ),
    )


def one_change() -> Several:
    """Ask what a change of one fact proves."""
    case, arrests = toronto_case(), toronto_arrests()
    others = [fact for fact in FACTS if fact != "colour"]
    model, blind = toronto_model(), toronto_model(*others)
    before = model.predict_proba(case)[0, 1]
    after = model.predict_proba(case.assign(colour="White"))[0, 1]
    without = arrests.assign(p=blind.predict_proba(arrests[others])[:, 1]).groupby("colour").p.mean()
    left = without["Black"] - without["White"]
    true = {
        "a": before - after > 0.01,
        "b": False,  # judgement: a model of the decisions is not the mind of one officer
        "c": abs(left) < 0.01,
        "d": True,  # how the model was made
    }
    return Several(
        asks="Change only the colour of this case from Black to White. Which sentences follow? Choose all that hold.",
        options={
            "a": "With only the colour changed, this model gives a lower chance of “held”.",
            "b": "The officer in this case decided by colour.",
            "c": "Without the colour column, the model would give both groups the same chance of “held” on average.",
            "d": "The model learned this pattern from past decisions of the police.",
        },
        expected=frozenset(letter for letter, holds in true.items() if holds),
        why=(
            f"The model goes from {before:.0%} to {after:.0%}, and it learned this from past decisions. That shows how "
            "the model works; it proves nothing about one officer. Without the colour column "
            f"the average chance still differs by {100 * left:.0f} points between the groups: they also differ in "
            "other columns, such as checks. How much of that is fair, the data doesn't say."
        ),
        mistakes=(
            Mistake(
                "one officer",
                "b",
                (
                    "One of your sentences is about a person's mind. What did you change: the officer or the model?",
                    "The probe shows what the model would say. It doesn't show why this officer decided.",
                    "Take out b: it needs evidence on this officer, and the data has none.",
                ),
            ),
            Mistake(
                "column removed",
                "c",
                (
                    "Can a model find out about a group without its column? Think of the other columns.",
                    "Black people are in more databases here. The column “checks” carries part of the pattern.",
                    f"Take out c: without the colour column, a gap of {100 * left:.0f} points is still there.",
                ),
            ),
            Mistake(
                "result of the probe",
                "a",
                (
                    "You left out what you can see directly. Try the change in the probe.",
                    "Only the colour changes, and the chance of “held” changes with it. In which direction?",
                    f"Add a: the chance goes from {before:.0%} to {after:.0%}.",
                ),
            ),
            Mistake(
                "where it was learned",
                "d",
                (
                    "Where does a model get its weights from? One more sentence holds.",
                    "The model was trained to repeat who was released and who was held.",
                    "Add d: it was trained on past decisions.",
                ),
            ),
        ),
        otherwise=(
            "Take the sentences one by one.",
            "Ask of each: model or person?",
            "Two sentences are about the model and hold.",
        ),
    )


def market() -> Choice:
    """Ask for a judgement on necessity and proportionality."""
    return Choice(
        asks=(
            "A city wants live face search on all visitors of a Saturday market, to find known shoplifters. Which "
            "advice is argued best?"
        ),
        options={
            "a": "Yes: the tool finds most of the people on the list.",
            "b": "Yes, if signs tell the visitors about it.",
            "c": "Not like this: use what takes less freedom first, and weigh the harm to all who are searched.",
            "d": "No: the police must never use AI.",
        },
        expected="c",  # a judgement: each other answer leaves out one of the questions of the lesson
        why=(
            "Necessity: staff, locks or a look at the video after a theft take less freedom. Proportionality: "
            "every visitor is searched, and some may be stopped, for a minor offence. For a "
            "missing child the balance may differ, and it still needs a law."
        ),
        mistakes=(
            Mistake(
                "suitability only",
                "a",
                (
                    "That the tool works is one question (suitability). Which question comes after it?",
                    "Ask: can the aim be reached with less? And who pays when the tool is wrong?",
                    "Look for the advice that asks about a milder way and about all visitors.",
                ),
            ),
            Mistake(
                "openness only",
                "b",
                (
                    "Signs are good: people should know. Do they make the search needed?",
                    "To tell people of a harm does not make it smaller. Is there a way with less harm?",
                    "Look for the advice that asks about a milder way and about all visitors.",
                ),
            ),
            Mistake(
                "never",
                "d",
                (
                    "You protect the visitors. But does this advice look at the case, or end every discussion?",
                    "Ask the questions of the lesson: is it legal, suited, needed, worth its harm?",
                    "Look for an advice that says no to this plan, for reasons that another plan could meet.",
                ),
            ),
        ),
        otherwise=(
            "Ask the six questions of the lesson in their order.",
            "Necessity: is there a way that takes less freedom? Proportionality: is the gain worth the harm?",
            "Look for the advice that asks both.",
        ),
    )


def williams() -> Several:
    """Ask which steps break the rules of the settlement."""
    return Several(
        asks="Under the new rules, which of these steps are forbidden? Choose all.",
        options={
            "a": "arrest a person because the face search named him, and nothing else",
            "b": "put him in a line-up because the face search named him, and nothing else",
            "c": "take the face result as a lead, and look for other evidence",
            "d": "arrest him on the face result alone, because the match score is very high",
            "e": "find out where he was at the time of the theft, before anything else",
        },
        expected=frozenset("abd"),  # the rules as reported, see the exercise's text
        why=(
            "A face result is a lead, never an identification: not for an arrest and not for a line-up, whatever the "
            "score. Other evidence must come first. "
            "Robert Williams was arrested on such a lead and held for about 30 hours. It was not him."
        ),
        mistakes=(
            Mistake(
                "high score",
                "d",
                (
                    "One of the steps you did not choose trusts a number of the machine. Look again.",
                    "A high score is still only the machine's result. The rule speaks of the face result alone.",
                    "Add d: the rule makes no exception for a high score.",
                ),
            ),
            Mistake(
                "arrest",
                "a",
                (
                    "Read the first rule again. Which step does it forbid most directly?",
                    "The first rule is about arrests with no other evidence.",
                    "Add a: no arrest on a face result alone.",
                ),
            ),
            Mistake(
                "line-up",
                "b",
                (
                    "There are two rules with “without”. You used one of them.",
                    "A witness who sees a look-alike may point at him. That is why a line-up has a rule too.",
                    "Add b: no line-up without independent evidence.",
                ),
            ),
            Mistake(
                "lead",
                "c",
                (
                    "You forbid too much: one of your steps is just what the rules want.",
                    "The rules do not forbid face search. They forbid to stop there.",
                    "Take out c: a lead that is followed by other evidence is allowed.",
                ),
            ),
            Mistake(
                "other evidence",
                "e",
                (
                    "You forbid too much: one of your steps protects the innocent.",
                    "To look for other evidence first is what the rules ask for.",
                    "Take out e: it is a check by other evidence.",
                ),
            ),
        ),
        otherwise=(
            "Read the rules again.",
            "Ask of each step: is there other evidence?",
            "Three steps have no other evidence.",
        ),
    )


QUESTIONS = {
    "q1": wrong_flags,
    "q2": nearly_equal,
    "q3": write_the_rate,
    "q4": why_not_both,
    "q5": crowd,
    "q6": held_gap,
    "q7": strongest_fact,
    "q8": one_change,
    "q9": market,
    "q10": williams,
}
