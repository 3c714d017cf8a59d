"""Which explanation holds up: the same decision by models that were trained again on resampled records."""

from functools import cached_property

import numpy as np
import pandas as pd
from sklearn.neighbors import NearestNeighbors

from workshop.audit import Estimate, wilson
from workshop.audit.intervals import ENOUGH
from workshop.domains.court.accounts import FACTS, FIXED, fit_accounts
from workshop.domains.court.counterfactuals import counterfactual
from workshop.domains.court.model import linear_parts, one_case
from workshop.domains.court.precedents import precedents

VERDICT, REASON, CHANGE, PRECEDENTS = WAYS = (
    "the decision",
    "the main reason",
    "the smallest change",
    "the precedents",
)
KEPT = 0.9  # of the refits in which something must stay the same to be called stable
_MOST = 500


class Refits:
    """A model, and others trained in the same way on records drawn again from its own.

    Each draws as many accounts as there are, with replacement (Efron, 1979, The Annals of Statistics 7(1), 1-26). What
    differs between them is chance: the same court could have met any of them.

    Parameters
    ----------
    accounts : pandas.DataFrame
        The training, with `facts` and the column recorded.
    number : int, default 100
        Of refits, from 2 to 500.
    seed : int, default 0
    facts : sequence of str, default FACTS
    together : mapping of str to sequence of str, optional
        Facts that are told as one reason: a new name, and the facts whose contributions are added up.
    likeness : int, default 15
        How many precedents are shown.

    Raises
    ------
    ValueError
        If the accounts do not fit (see `fit_accounts`), `number` is out of its range, or a fact that is to be told
        together is unknown or named twice.
    """

    def __init__(self, accounts, number=100, seed=0, facts=FACTS, together=None, likeness=15):
        if not isinstance(number, int) or not 2 <= number <= _MOST:
            raise ValueError(f"number is {number}; give a whole number of refits from 2 to {_MOST}.")
        self.accounts, self.number, self.likeness = accounts.reset_index(drop=True), number, likeness
        self.model = fit_accounts(self.accounts, facts)
        self.parts = linear_parts(self.model)
        self.reasons, self._sums = _reasons(self.parts.facts, together or {})
        self._facts, self._seed = tuple(facts), seed
        self._changes = {}

    @cached_property
    def drawn(self):
        """The rows that each refit was trained on: shape (number, n_accounts)."""
        random = np.random.default_rng(self._seed)
        return random.integers(0, len(self.accounts), (self.number, len(self.accounts)))

    @cached_property
    def models(self):
        """The refitted models."""
        return [fit_accounts(self.accounts.iloc[rows], self._facts) for rows in self.drawn]

    @cached_property
    def all_parts(self):
        """The parts of the refitted models."""
        return [linear_parts(model) for model in self.models]

    def flagged(self, cases):
        """Tell which cases the model flags: those with a score of one half or more.

        Raises
        ------
        ValueError
            If a fact is missing or no number.
        """
        return self.parts.log_odds(self._numbers(cases)) >= 0

    def weights(self):
        """Return what one standard deviation more of each fact adds to the log-odds, in the model and its refits.

        Returns
        -------
        pandas.DataFrame
            One row for each fact; columns model, low, high (95 of 100 refits lie between them) and negative (share of
            the refits in which the weight is below 0).
        """
        units = self.parts.units
        refitted = np.array([parts.weights * units for parts in self.all_parts])
        low, high = np.quantile(refitted, [0.025, 0.975], axis=0)
        return pd.DataFrame(
            {
                "model": self.parts.weights * units,
                "low": low,
                "high": high,
                "negative": (refitted < 0).mean(axis=0),
            },
            index=list(self.parts.facts),
        )

    def contributions(self, cases, parts=None):
        """Return what each reason adds to the log-odds of each case, n_cases x n_reasons."""
        return (parts or self.parts).contributions(self._numbers(cases)) @ self._sums

    def spread(self, case):
        """Return between which contributions of each reason to a case 95 of 100 refits lie: shape (2, n_reasons)."""
        values = self._numbers(case).to_numpy()[0]
        every = np.array([(values - parts.means) * parts.weights for parts in self.all_parts]) @ self._sums
        return np.quantile(every, [0.025, 0.975], axis=0)

    def main_reason(self, cases, parts=None):
        """Return the reason that speaks most for the decision, for each case, as its place in `reasons`."""
        chosen = parts or self.parts
        cases = self._numbers(cases)
        for_it = np.where(chosen.log_odds(cases) >= 0, 1.0, -1.0)
        return np.argmax(self.contributions(cases, chosen) * for_it[:, None], axis=1)

    def change(self, case, refit=None):
        """Return the smallest change of a case that flips the decision of the model or of a refit; None without one."""
        person = self._numbers(case)
        key = (refit, *person.iloc[0])
        if key not in self._changes:  # found once: several tables of a notebook ask for it
            model = self.model if refit is None else self.models[refit]
            fixed = [fact for fact in FIXED if fact in self._facts]
            self._changes[key] = counterfactual(model, person, self.accounts, fixed)
        return self._changes[key]

    def precedents(self, case, refit=None):
        """Return the nearest precedents of a case, among all records or those of a refit."""
        if refit is None:
            return precedents(self.model, case, self.accounts, self.likeness)
        return precedents(
            self.models[refit], case, self.accounts.iloc[np.unique(self.drawn[refit])], self.likeness
        )

    def holds(self, cases):
        """Tell for each case and each refit which explanations stay the same.

        Parameters
        ----------
        cases : pandas.DataFrame
            With the facts of the model.

        Returns
        -------
        dict of str to numpy.ndarray of bool, shape (number, n_cases)
            For each of `WAYS`:

            - the decision: the refit decides as the model did;
            - the main reason: so it does, and the same reason speaks most for it;
            - the smallest change: so it does, and the change that flips the model's decision flips the refit's, too.
              False where there is no change of at most three facts;
            - the precedents: most of the nearest among the refit's records have the outcome recorded that most of the
              nearest among all records have.

        Raises
        ------
        ValueError
            If a fact is missing or no number.
        """
        people = self._numbers(cases)
        flagged = self.parts.log_odds(people) >= 0
        reason = self.main_reason(people)
        found = [self.change(people.iloc[[place]]) for place in range(len(people))]
        changed = pd.concat(
            [people.iloc[[place]] if each is None else each.case for place, each in enumerate(found)]
        )
        most = self._most_recorded(people, self.parts, np.arange(len(self.accounts)))
        holds = {way: [] for way in WAYS}
        for parts, rows in zip(self.all_parts, self.drawn, strict=True):
            same = (parts.log_odds(people) >= 0) == flagged
            holds[VERDICT].append(same)
            holds[REASON].append(same & (self.main_reason(people, parts) == reason))
            holds[CHANGE].append(same & ((parts.log_odds(changed) >= 0) != flagged))
            holds[PRECEDENTS].append(self._most_recorded(people, parts, np.unique(rows)) == most)
        return {way: np.array(each) for way, each in holds.items()}

    def faithful(self, cases):
        """Return for how many cases each explanation is true of the model as trained.

        Parameters
        ----------
        cases : pandas.DataFrame

        Returns
        -------
        dict of str to workshop.audit.Estimate
            By way, with Wilson's 95% interval over the cases:

            - the main reason: start and contributions add up to the log-odds that the model itself gives;
            - the smallest change: with the change, the model itself decides otherwise;
            - the precedents: most of them have recorded what the model decides.

        Raises
        ------
        ValueError
            As `holds`.
        """
        people = self._numbers(cases)
        scores, decided = self.model.decision_function(people), self.model.predict(people)
        start = self.parts.constant + self.parts.weights @ self.parts.means
        exact = np.isclose(start + self.contributions(people).sum(axis=1), scores, rtol=0, atol=1e-9)
        found = [self.change(people.iloc[[place]]) for place in range(len(people))]
        flips = [
            each is not None and self.model.predict(each.case)[0] != before
            for each, before in zip(found, decided, strict=True)
        ]
        most = self._most_recorded(people, self.parts, np.arange(len(self.accounts)))
        return {
            REASON: _share(exact),
            CHANGE: _share(np.array(flips)),
            PRECEDENTS: _share(most == decided),
        }

    def stable(self, cases, least=KEPT):
        """Return how many cases keep each explanation in most refits.

        Parameters
        ----------
        cases : pandas.DataFrame
        least : float, default 0.9
            The share of the refits that counts as most.

        Returns
        -------
        dict of str to workshop.audit.Estimate
            By way, in the order of `WAYS`; Wilson's 95% interval over the cases.

        Raises
        ------
        ValueError
            As `holds`.
        """
        return {way: _share(holds.mean(axis=0) >= least - 1e-9) for way, holds in self.holds(cases).items()}

    def _most_recorded(self, people, parts, rows):
        """Return whether most of the nearest precedents among some rows are recorded as used by a ring."""
        records = (self.accounts[list(parts.facts)].to_numpy(dtype=float)[rows] - parts.means) / parts.units
        near = NearestNeighbors(n_neighbors=self.likeness, algorithm="brute").fit(records)
        places = near.kneighbors((people.to_numpy() - parts.means) / parts.units, return_distance=False)
        return self.accounts["recorded"].to_numpy()[rows][places].mean(axis=1) > 0.5

    def _numbers(self, cases):
        return one_case(cases, self.parts.facts, "cases", one=False)


def _share(yes):
    """Return for how many of some cases something is so."""
    kept, number = int(yes.sum()), len(yes)
    low, high = wilson(kept, number)
    return Estimate(kept / number, float(low), float(high), float(kept), float(number), number >= ENOUGH)


def _reasons(facts, together):
    """Return the names of the reasons, and a 0/1 matrix that adds the facts up to them."""
    named = [fact for members in together.values() for fact in members]
    wrong = [fact for fact in named if fact not in facts or named.count(fact) > 1]
    if wrong:
        raise ValueError(f"The fact {wrong[0]!r} is unknown to the model, or told together twice.")
    of = {fact: name for name, members in together.items() for fact in members}
    names = tuple(dict.fromkeys(of.get(fact, fact) for fact in facts))
    return names, np.array([[float(of.get(fact, fact) == name) for name in names] for fact in facts])
