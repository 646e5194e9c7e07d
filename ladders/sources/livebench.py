"""LiveBench, the tables of its leaderboard. No licence is stated there: gains are derived, scores are not shipped."""

from __future__ import annotations

import numpy as np

from ladders.sources.clone import Source

ABILITIES = {
    "Reasoning": "logic", "Mathematics": "mathematics", "IF": "instruction_following",
    "Data Analysis": "data_analysis", "Language": "language", "Coding": "coding", "Agentic Coding": "agentic_coding",
}  # fmt: skip
"""Category of the board -> ability, in the order of the table."""


def _means(source: Source, release: str, models: set[str]) -> dict[str, dict[str, float]]:
    """Model -> ability -> mean over the tasks of the category, points of 100 with three decimals.

    A category in which a task has no score is left out.
    """
    stamp = release.replace("-", "_")
    files = {file.split("/")[-1]: file for file in source.files}
    try:
        table, list_of_tasks = files[f"table_{stamp}.csv"], files[f"categories_{stamp}.json"]
    except KeyError as error:
        raise source.fault("no such file at this commit; was it renamed?", error.args[0]) from None
    categories = source.json(list_of_tasks)
    if unknown := sorted(set(categories) - set(ABILITIES)):
        raise source.fault(f"category {unknown[0]!r} is unknown", list_of_tasks)
    tasks = [task for members in categories.values() for task in members]
    found = {}
    for line, row in source.rows(table, ["model", *tasks], models):
        scores = {task: source.number(row[task], table, line) for task in tasks if row[task]}
        found[row["model"]] = {
            ABILITIES[category]: round(float(np.mean([scores[task] for task in members])), 3)
            for category, members in categories.items()
            if all(task in scores for task in members)
        }
    return found


def livebench_gains(source: Source) -> list[dict[str, str]]:
    """Gain of each pair of table livebench_pairs in each category, points of 100 with three decimals."""
    pairs = source.other("livebench_pairs")
    boards = {
        release: _means(source, release, {*group.model_off, *group.model_on})
        for release, group in pairs.groupby("release")
    }
    found = []
    for pair in pairs.itertuples():
        board = boards[pair.release]
        for model in (pair.model_off, pair.model_on):
            if model not in board:
                raise source.fault(f"pair {pair.pair_id}: release {pair.release} has no model {model!r}")
        off, on = board[pair.model_off], board[pair.model_on]
        found += [
            {"pair_id": pair.pair_id, "ability": ability, "gain": str(round(on[ability] - off[ability], 3))}
            for ability in ABILITIES.values()
            if ability in off and ability in on
        ]
    return found
