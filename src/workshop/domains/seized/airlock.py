"""A data airlock: a scoring function goes in to sealed files, and only vetted counts come out.

What is protected, and how. Two sets of files are *neighbours* if one of them lacks one victim with all her or his
files, or one harmless file. All that the airlock ever answers, refusals and suppressed cells included, is
differentially private for neighbours: nobody who sees it all can raise the odds for a guess about one victim by more
than a factor of e to the power of the spent budget (Dwork and others, 2006). For that to hold

- a scoring function is a *formula* over the scores of one file. A Python function could look at all rows together, keep
  or print them, or fail on one row only; a formula can do none of this, so there is nothing to catch. What it gives for
  a file depends on this file alone, and what is no number (a division by 0) counts as 0: an error that depends on the
  data would be an answer, too;
- victims are counted, not their files: one victim moves one cell of a table by one, whatever she or he is in;
- the groups of a table are declared before, so that it does not depend on the files which of them there are;
- each count gets whole-number noise, the discrete Laplace distribution (Ghosh, Roughgarden and Sundararajan, 2009:
  the geometric mechanism);
- what is too small to tell is decided on the *noisy* count, and whether a question comes too near to an earlier one is
  decided on a noisy count of the victims between both: a refusal that looks at the true count tells it;
- prices add up (sequential composition), and when the budget is spent no further question is answered.

One victim or one harmless file is hidden, not all that hangs together: brothers and sisters on one device, or the
owner of a device with many harmless files, are hidden less (the spent budget counts once for each of them).

The minimum count and the distance between questions protect against carelessness. Only the noise and the budget protect
against somebody who means it; `workshop.domains.seized.attacks` measures both.

References
----------
Dwork, C., McSherry, F., Nissim, K. and Smith, A. (2006). Calibrating noise to sensitivity in private data analysis.
TCC, 265-284. Ghosh, A., Roughgarden, T. and Sundararajan, M. (2009). Universally utility-maximizing privacy mechanisms.
STOC, 351-360. Dinur, I. and Nissim, K. (2003). Revealing information while preserving privacy. PODS, 202-210.
"""

import ast
import math
import warnings
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from workshop.domains.seized.files import DEVICE_TYPES, SCORES, SKIN_TONES
from workshop.domains.seized.triage import check_files, check_scores

POINT = 0.1  # epsilon of one point of the budget
BUDGET = 20  # points
CHECK = 2  # points of a question's price that go into the check of its distance, where an earlier one is near
PRICES = (3, 5, 10)  # points that stand ready; any whole number above CHECK can be paid
MINIMUM = 10  # a smaller count is not told
LONGEST = 120  # letters of a formula

VICTIMS, HARMLESS, ONE_FILE = COUNTED = ("victims", "harmless files", "one file")
ALL = "all"
GROUPS = {None: (ALL,), "skin_tone": SKIN_TONES, "device_type": DEVICE_TYPES}
READY = {  # scoring functions that stand ready
    "the classifier in use": "score",
    "the new classifier": "new_score",
    "the mean of both": "(score + new_score) / 2",
    "the higher of both": "max(score, new_score)",
}
_FUNCTIONS = {"max": np.maximum, "min": np.minimum}
_OPERATORS = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
}


class Refused(ValueError):
    """The airlock does not answer this, and says why.

    The reason tells at most a noisy count of what is in the files.
    """


@dataclass(frozen=True)
class Question:
    """What is asked of the airlock.

    Attributes
    ----------
    formula : str
        The scoring function, over the scores of one file.
    threshold : float
        Files that score at least so much are reached.
    counted : {"victims", "harmless files"}
        Victims with at least one file that is reached, and the others; or harmless files.
    by : {"skin_tone", "device_type"} or None
        Groups of the table. A harmless file has no skin tone.
    price : int
        Points of the budget. More points, less noise.
    """

    formula: str = "score"
    threshold: float = 0.5
    counted: str = VICTIMS
    by: str | None = "skin_tone"
    price: int = 5


class Cell(NamedTuple):
    """A noisy count.

    Attributes
    ----------
    count : int or None
        None if it is under the minimum, noise included.
    low, high : int or None
        In 95 of 100 draws of the noise the true count lies between them.
    """

    count: int | None
    low: int | None
    high: int | None


class Share(NamedTuple):
    """A share from two noisy counts.

    Attributes
    ----------
    value, low, high : float
        The interval holds both chance and noise, as if victims were independent. Victims of one device are alike, so
        that in truth it is wider; an airlock does not tell who shares a device.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Answer:
    """What comes out of the airlock.

    Attributes
    ----------
    question : Question
    reached, missed : dict of str to Cell
        By group.
    points : int
        That went into the counts: the price, without what the check of the distance took.
    paid : int
        Points; 0 for a question that was answered before.
    left : int
        Points of the budget after it.
    """

    question: Question
    reached: dict
    missed: dict
    points: int
    paid: int
    left: int

    @property
    def epsilon(self):
        """Of the noise in the counts."""
        return self.points * POINT

    @property
    def noise(self):
        """Whole number that the noise stays within in 95 of 100 draws."""
        return noise_within(self.epsilon)

    def share(self, group, what="missed"):
        """Return which share of a group is missed, or reached; None if one of its two counts is not told.

        Parameters
        ----------
        group : str
        what : {"missed", "reached"}

        Returns
        -------
        Share or None

        Notes
        -----
        Normal interval from the variance of a proportion and that of the noise in both counts (delta method).
        """
        part, rest = self.missed[group].count, self.reached[group].count
        if what == "reached":
            part, rest = rest, part
        if part is None or rest is None:
            return None
        whole = part + rest
        value = part / whole
        variance = value * (1 - value) / whole
        variance += (value**2 + (1 - value) ** 2) * noise_variance(self.epsilon) / whole**2
        half = 1.96 * math.sqrt(variance)
        return Share(value, max(0.0, value - half), min(1.0, value + half))

    def frame(self):
        """Return the answer as a table: counts are strings, because some are not told."""
        told = {
            group: {
                name: _told(cells[group])
                for name, cells in (("reached", self.reached), ("missed", self.missed))
            }
            for group in self.missed
        }
        return pd.DataFrame.from_dict(told, orient="index")


def _told(cell):
    return (
        f"under {MINIMUM} with noise" if cell.count is None else f"{cell.count} ({cell.low} to {cell.high})"
    )


class Airlock:
    """Sealed files. A scoring function goes in; vetted counts come out, until the budget is spent.

    Parameters
    ----------
    files : pandas.DataFrame or SealedFiles
        As `workshop.datasets.load("seized_files")` returns them.
    seed : int
        Of the noise. It is given so that a lesson can be repeated. A real airlock must never have one: whoever knows it
        can take the noise away.
    budget : int, default 20
        Points; a point is an epsilon of 0.1.

    Raises
    ------
    ValueError
        If the files are none, a score is missing, or the budget is no whole number above 0.

    Notes
    -----
    This class shows what an airlock does. It is none: in Python nothing is hidden from whoever can run code beside it.
    A real one is another machine, in another building, without a network, and a person reads what leaves it.
    """

    def __init__(self, files, *, seed, budget=BUDGET):
        self._sealed = files if isinstance(files, SealedFiles) else SealedFiles(files)
        self._budget = _whole(budget, "The budget", 1)
        self._random = np.random.default_rng(seed)
        self._spent = 0
        self._answered = {}  # from a question to its answer
        self._sets = {}  # from what is counted, formula and threshold to the victims or files that are reached

    @property
    def budget(self):
        """Points at the start."""
        return self._budget

    @property
    def spent(self):
        """Points that are spent."""
        return self._spent

    @property
    def left(self):
        """Points that are left."""
        return self._budget - self._spent

    def ask(self, question=None, **changes):
        """Send a scoring function in, and return what comes out.

        Parameters
        ----------
        question : Question, optional
        **changes
            Fields of `Question`, in place of its own.

        Returns
        -------
        Answer
            To a question that was answered before the same answer comes again, and costs nothing: new noise each time
            could be averaged away.

        Raises
        ------
        Refused
            With the reason. Only a question that comes too near to an earlier one costs points, those of the check.
        """
        question = checked(question, **changes)
        key = question.counted, _plain(question.formula), float(question.threshold)
        same = (*key, question.by, question.price)
        if same in self._answered:
            earlier = self._answered[same]
            return Answer(question, earlier.reached, earlier.missed, earlier.points, 0, self.left)
        if question.price > self.left:
            raise Refused(
                f"The budget does not reach: {_points(self.left)} left, and this question costs {question.price}. "
                "Each answer tells a little about each victim, and all answers together may only tell so much."
            )
        reached = self._sealed.reached(*key)
        price = self._pay_for_the_distance(key, reached, question.price)
        self._spent += price
        self._sets[key] = reached
        answer = self._noisy(question, reached, price)
        self._answered[same] = answer
        return answer

    def _pay_for_the_distance(self, key, reached, price):
        """Return the points that are left for the counts, after the check that no earlier question is too near."""
        others = [known for other, known in self._sets.items() if other[0] == key[0] and other != key]
        if key in self._sets or not others:
            return price
        self._spent += CHECK
        # One victim changes each of these distances by one at most, and so the smallest of them.
        nearest = min(int((known != reached).sum()) for known in others)
        epsilon = CHECK * POINT
        if nearest + draw_noise(self._random, epsilon) < MINIMUM + margin(epsilon):
            raise Refused(
                f"Too near to an earlier question: the two may differ by fewer than {MINIMUM} {key[0]}. Their answers, "
                f"one minus the other, would tell about those few. The check cost {_points(CHECK)}."
            )
        return price - CHECK

    def _noisy(self, question, reached, price):
        epsilon = price * POINT
        within = noise_within(epsilon)
        counts = self._sealed.counts(question.counted, question.by, reached)
        cells = {}
        for name, true in counts.items():
            noisy = true + draw_noise(self._random, epsilon, len(true))
            cells[name] = {
                group: Cell(None, None, None)
                if count < MINIMUM
                else Cell(int(count), max(0, int(count) - within), int(count) + within)
                for group, count in zip(GROUPS[question.by], noisy, strict=True)
            }
        return Answer(question, cells["reached"], cells["missed"], price, question.price, self.left)

    def __repr__(self):
        return f"Airlock({_points(self.left)} of {self._budget} left; the files stay inside)"

    def __iter__(self):
        raise Refused(_ROWS_STAY)

    def __getitem__(self, place):
        raise Refused(_ROWS_STAY)

    def __len__(self):
        raise Refused("How many files there are is an answer, too. Ask for counts: they come with noise.")

    def __reduce__(self):
        raise Refused("A copy of the airlock would carry the files out, and a second budget with them.")


_ROWS_STAY = (
    "A row is one file, and behind it stands one child. No row leaves the airlock, not even with its numbers changed. "
    "Ask for a count."
)


class SealedFiles:
    """Files as an airlock keeps them, prepared once for several airlocks.

    Parameters
    ----------
    files : pandas.DataFrame
        As `workshop.datasets.load("seized_files")` returns them.

    Raises
    ------
    ValueError
        If the files are none, a score is missing, or a group was not declared.
    """

    def __init__(self, files):
        files = check_files(files)
        for name in SCORES:
            if name not in files:
                raise ValueError(f"The files have no column {name!r}; give them as load returns them.")
            check_scores(files[name], len(files))
        for by, groups in GROUPS.items():
            found = set(files.loc[files["harmful"], by]) if by else set()
            if not found <= set(groups):
                raise ValueError(
                    f"The files hold a {by} that was not declared: {sorted(found - set(groups))[0]!r}."
                )
        harmful = files[files["harmful"]].sort_values("victim", kind="stable")
        harmless = files[~files["harmful"]]
        self._scores = {VICTIMS: _columns(harmful), HARMLESS: _columns(harmless)}
        # Where the files of each victim begin.
        self._starts = np.flatnonzero(~harmful["victim"].duplicated().to_numpy())
        victims = harmful.iloc[self._starts]
        self._groups = {
            (VICTIMS, None): np.zeros(len(victims), dtype=int),
            (HARMLESS, None): np.zeros(len(harmless), dtype=int),
            (VICTIMS, "skin_tone"): _codes(victims["skin_tone"], SKIN_TONES),
            (VICTIMS, "device_type"): _codes(victims["device_type"], DEVICE_TYPES),
            (HARMLESS, "device_type"): _codes(harmless["device_type"], DEVICE_TYPES),
        }

    def reached(self, counted, formula, threshold):
        """Return for each victim whether a file is reached, or for each harmless file whether it is."""
        high = evaluate(formula, self._scores[counted]) >= threshold
        return np.logical_or.reduceat(high, self._starts) if counted == VICTIMS else high

    def counts(self, counted, by, reached):
        """Return how many are reached, and how many missed, in each group: true counts, for the airlock only."""
        codes, number = self._groups[counted, by], len(GROUPS[by])
        return {
            name: np.bincount(codes[chosen], minlength=number)
            for name, chosen in (("reached", reached), ("missed", ~reached))
        }


def _columns(files):
    return {name: files[name].to_numpy(dtype=float) for name in SCORES}


def _codes(column, groups):
    return column.map({group: code for code, group in enumerate(groups)}).to_numpy(dtype=int)


def checked(question=None, **changes):
    """Return a question that the airlock would look at.

    Parameters
    ----------
    question : Question, optional
    **changes
        Fields of `Question`, in place of its own.

    Raises
    ------
    Refused
        With the reason.
    """
    if question is not None and not isinstance(question, Question):
        raise Refused(f"Send a Question, or its parts by name; this is {type(question).__name__}.")
    unknown = set(changes) - set(Question.__dataclass_fields__)
    if unknown:
        raise Refused(
            f"A question has no {sorted(unknown)[0]!r}. It names a formula, a threshold, what is counted, groups and a "
            "price: nothing in it can point at one file, one device or one child."
        )
    question = Question(**{**vars(question or Question()), **changes})
    parse(question.formula)
    if not isinstance(question.counted, str) or question.counted not in COUNTED:
        raise Refused(f"{question.counted!r} can't be counted; choose {VICTIMS!r} or {HARMLESS!r}.")
    if question.counted == ONE_FILE:
        raise Refused(_ROWS_STAY)
    if not isinstance(question.by, str | None) or question.by not in GROUPS:
        raise Refused(
            f"There are no groups by {question.by!r}. The groups were declared before: skin_tone, device_type, or "
            "None. A group of your own could hold one child."
        )
    if question.counted == HARMLESS and question.by == "skin_tone":
        raise Refused("A harmless file has no skin tone here. Choose device_type, or no groups.")
    threshold = question.threshold
    if isinstance(threshold, bool) or not isinstance(threshold, (int, float)) or not abs(threshold) < 1e12:
        raise Refused(f"The threshold is {threshold!r}; give a number.")
    _whole(question.price, "The price", CHECK + 1, Refused)
    return question


def _whole(number, name, least, error=ValueError):
    if isinstance(number, bool) or not isinstance(number, (int, np.integer)) or number < least:
        raise error(f"{name} is {number!r}; give a whole number of points, {least} or more.")
    return int(number)


def _points(number):
    return "1 point" if number == 1 else f"{number} points"


def parse(formula):
    """Return a formula as a tree, if it holds scores, numbers, brackets, + - * / and max or min only.

    Parameters
    ----------
    formula : str
        For instance "max(score, new_score)".

    Raises
    ------
    Refused
        If it is a Python function, or cannot be read.
    """
    if callable(formula):
        raise Refused(
            "A Python function could look at all files together, keep or print them, or fail on one of them only: in "
            "each of these ways a row gets out. Send a formula, for instance (score + new_score) / 2."
        )
    known = f"Use {', '.join(SCORES)}, numbers, brackets, + - * /, max and min."
    if not isinstance(formula, str) or not formula.strip():
        raise Refused(f"Send a scoring function as a formula. {known}")
    if len(formula) > LONGEST:
        raise Refused(f"The formula has {len(formula):,} letters; shorten it to at most {LONGEST}.")
    try:
        with warnings.catch_warnings():  # of the parser, on text such as "1or 2"
            warnings.simplefilter("ignore")
            tree = ast.parse(formula.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise Refused(f"This formula can't be read. {known}") from None
    _check_node(tree, known)
    return tree


def _check_node(node, known):
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        parts = (node.left, node.right)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        parts = (node.operand,)
    elif isinstance(node, ast.Call) and getattr(node.func, "id", None) in _FUNCTIONS:
        if node.keywords or len(node.args) < 2:
            raise Refused(f"{node.func.id} takes two numbers or more. {known}")
        parts = node.args
    elif _is_score(node) or _is_number(node):
        parts = ()
    else:
        raise Refused(f"This formula holds something else than scores and plain arithmetic. {known}")
    for part in parts:
        _check_node(part, known)


def _is_score(node):
    return isinstance(node, ast.Name) and node.id in SCORES


def _is_number(node):
    return isinstance(node, ast.Constant) and type(node.value) in (int, float) and abs(node.value) < 1e12


def _plain(formula):
    """Return a formula in one spelling, so that blanks and brackets make no new question."""
    return ast.unparse(parse(formula))


def evaluate(formula, scores):
    """Return what a formula gives for each file; what is no finite number counts as 0.

    Parameters
    ----------
    formula : str
    scores : mapping of str to numpy.ndarray, shape (n_files,)

    Raises
    ------
    Refused
        As `parse`: it depends on the formula alone.
    """
    number = len(next(iter(scores.values())))
    with np.errstate(all="ignore"):
        values = np.broadcast_to(np.asarray(_value(parse(formula), scores), dtype=float), (number,))
    return np.where(np.isfinite(values), values, 0.0)


def _value(node, scores):
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_value(node.left, scores), _value(node.right, scores))
    if isinstance(node, ast.UnaryOp):
        value = _value(node.operand, scores)
        return np.negative(value) if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.Call):
        values = [_value(part, scores) for part in node.args]
        function = _FUNCTIONS[node.func.id]
        result = values[0]
        for value in values[1:]:
            result = function(result, value)
        return result
    return scores[node.id] if isinstance(node, ast.Name) else np.float64(node.value)


def draw_noise(random, epsilon, size=None):
    """Draw whole-number noise from the discrete Laplace distribution, as `scipy.stats.dlaplace` with a = epsilon.

    The difference of two geometric counts. Whole numbers, because the last digits of a noisy fraction can tell the
    true one.
    """
    chance = -math.expm1(-epsilon)
    return random.geometric(chance, size) - random.geometric(chance, size)


def beyond(epsilon, distance):
    """Return the probability that the noise is at least so far above 0."""
    return math.exp(-epsilon * distance) / (1 + math.exp(-epsilon))


def noise_within(epsilon, confidence=0.95):
    """Return the smallest whole number that the noise stays within, up and down, so often."""
    within = 0
    while 2 * beyond(epsilon, within + 1) > 1 - confidence:
        within += 1
    return within


def margin(epsilon, confidence=0.95):
    """Return the smallest whole number that the noise is at least so far above 0 in 5 of 100 draws or fewer."""
    distance = 0
    while beyond(epsilon, distance) > 1 - confidence:
        distance += 1
    return distance


def noise_variance(epsilon):
    """Return the variance of the noise."""
    return 2 * math.exp(-epsilon) / math.expm1(-epsilon) ** 2
