"""Make ``reported_accounts.csv`` and ``truth.json``: python make.py.

Whether a fraud ring used an account depends on five facts. Transfers abroad are none of them: people who moved here
make more of them. In the records, some accounts of people who moved here were wrongly written down as used by a ring.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit

from workshop.datasets import record_checksums

HERE = Path(__file__).resolve().parent
SEED = 2021
NUMBER, TRAINED = 3_600, 2_000
MOVED = 0.35  # share of the account holders who moved here from abroad
# Planted: this share of their accounts that no ring used was written down as used by a ring.
WRONGLY_RECORDED = 0.3
# Planted: what a fact adds to the log-odds that a ring used the account, for one unit more.
START = -1.6
WEIGHTS = {
    "senders": 0.22,
    "payments_in": 0.0,
    "hours_kept": -0.085,
    "cash_percent": 0.03,
    "account_months": -0.03,
    "new_phone": 1.5,
    "transfers_abroad": 0.0,
}
MIDDLE = {"senders": 5, "hours_kept": 22, "cash_percent": 30, "account_months": 35, "new_phone": 0.3}
ABROAD = {"moved": 4.0, "born": 0.7}  # average number of transfers abroad in 30 days


def generate(seed=SEED, weights=WEIGHTS, wrongly_recorded=WRONGLY_RECORDED):
    """Make the accounts: what is known of each, what the records say, and what a check by other people found."""
    random = np.random.default_rng(seed)
    moved = random.random(NUMBER) < MOVED
    busy = random.normal(size=NUMBER)
    senders = _counts(np.exp(1.35 + 0.6 * busy + random.normal(0, 0.15, NUMBER)), 0, 40)
    facts = pd.DataFrame(
        {
            "senders": senders,
            "payments_in": _counts(senders + random.poisson(0.25 * senders + 0.5), 0, 60),
            "hours_kept": _counts(np.exp(random.normal(3.0, 0.8, NUMBER)), 1, 72),
            "cash_percent": 5 * _counts(20 * random.beta(1.3, 3, NUMBER), 0, 20),
            "account_months": _counts(random.gamma(1.6, 22, NUMBER), 1, 180),
            "new_phone": random.random(NUMBER) < 0.3,
            "transfers_abroad": random.poisson(np.where(moved, ABROAD["moved"], ABROAD["born"])),
        }
    )
    log_odds = START + sum(weight * (facts[name] - MIDDLE.get(name, 0)) for name, weight in weights.items())
    checked = random.random(NUMBER) < expit(log_odds)
    recorded = checked | (moved & (random.random(NUMBER) < wrongly_recorded))
    return facts.assign(
        holder=np.where(moved, "moved here", "born here"),
        recorded=recorded,
        checked=checked,
        split=np.where(np.arange(NUMBER) < TRAINED, "train", "test"),
    )


def _counts(values, low, high):
    return np.clip(np.rint(values), low, high).astype(int)


def truth(table, seed=SEED):
    """Return what was planted, and what came of it."""
    harmless = table[~table["checked"]]
    return {
        "seed": seed,
        "log_odds_start": START,
        "log_odds_per_unit": WEIGHTS,
        "measured_from": MIDDLE,
        "average_transfers_abroad": ABROAD,
        "odds_ratio_per_transfer_abroad": float(np.exp(WEIGHTS["transfers_abroad"])),
        "wrongly_recorded_of_moved_here": WRONGLY_RECORDED,
        "counts": {
            holder: {
                "accounts": len(rows),
                "not_used_by_a_ring": int((~rows["checked"]).sum()),
                "of_these_recorded_as_used": int(
                    harmless.loc[harmless["holder"] == holder, "recorded"].sum()
                ),
            }
            for holder, rows in table.groupby("holder")
        },
    }


def make():
    table = generate()
    table.to_csv(HERE / "reported_accounts.csv", index=False, lineterminator="\n")
    (HERE / "truth.json").write_text(
        json.dumps(truth(table), indent=2) + "\n", encoding="utf-8", newline="\n"
    )
    record_checksums(HERE)


if __name__ == "__main__":
    make()
