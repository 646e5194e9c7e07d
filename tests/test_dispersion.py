"""Dispersion: the right series, month and chain left out."""

from __future__ import annotations

import pandas as pd
import pytest

from ladders.evidence import dispersion


def test_one_chain_is_left_out_of_its_series_in_the_last_month():
    made = pd.DataFrame(
        [("use", "2024-02", "Xai", 0.25), ("use", "2024-01", "Xai", 0.5), ("use", "2024-03", "", 0.1),
         ("fees", "2024-04", "Xai", 0.2), ("value", "2024-05", "Xai", 1.0)],
        columns=["series", "month", "left_out", "hhi"],
    )  # fmt: skip
    assert dispersion.effective_without(made, series="use", left_out="Xai").value == pytest.approx(4)
