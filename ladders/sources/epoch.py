"""Epoch AI: notable models and the capabilities index, from mirrors of its files (CC BY 4.0, credit Epoch AI)."""

from __future__ import annotations

from ladders.sources.clone import Source

NOTABLE_COLUMNS = (
    "Model", "Domain", "Organization", "Organization categorization", "Country (from Organization)", "Authors",
    "Publication date", "Reference", "Link", "Citations", "Notability criteria", "Notability criteria notes",
    "Parameters", "Parameters notes", "Training compute (FLOP)", "Training compute notes", "Training dataset",
    "Training dataset notes", "Training dataset size (datapoints)", "Dataset size notes", "Epochs",
    "Training time (hours)", "Training time notes", "Training hardware", "Hardware quantity",
    "Hardware utilization", "Training compute cost (2023 USD)", "Compute cost notes", "Confidence", "Abstract",
    "Base model", "Finetune compute (FLOP)", "Finetune compute notes", "Batch size", "Batch size notes",
    "Model accessibility", "Training code accessibility", "Inference code accessibility", "Accessibility notes",
    "Frontier model", "Training power draw (W)", "Training compute estimation method",
)  # fmt: skip
INDEX_COLUMNS = (
    "Model version", "ECI Score", "Release date", "Organization", "Country", "Model accessibility",
    "Training compute (FLOP)", "Confidence", "Model name", "Description", "Display name",
)  # fmt: skip
WEIGHTS = {
    "": "unknown", "API access": "closed", "Hosted access (no API)": "closed", "Unreleased": "closed",
    "Open weights (non-commercial)": "open", "Open weights (restricted use)": "open",
    "Open weights (unrestricted)": "open",
}  # fmt: skip
"""Epoch's accessibility -> can the weights be downloaded?"""

FIRST_DAY = "2012"


def notable_models(source: Source) -> list[dict[str, str]]:
    """Models since FIRST_DAY with an estimate of training compute (FLOP), by day of publication."""
    (file,) = source.files
    found = []
    for line, row in source.rows(file, NOTABLE_COLUMNS):
        if not row["Training compute (FLOP)"] or row["Publication date"] < FIRST_DAY:
            continue
        if row["Model accessibility"] not in WEIGHTS:
            raise source.fault(f"accessibility {row['Model accessibility']!r} is unknown", file, line)

        def rounded(column: str, form: str, row: dict = row, line: int = line) -> str:
            """A positive number; Epoch leaves empty, or sets to nought, what it does not know."""
            value = source.number(row[column] or 0, file, line)
            return format(value, form) if value else ""

        found.append(
            {
                "model": row["Model"],
                "developer": row["Organization"].split(",")[0],
                "released": row["Publication date"],
                "domain": "language" if "Language" in row["Domain"].split(",") else "other",
                "flop": rounded("Training compute (FLOP)", ".3g"),
                "dataset_size": rounded("Training dataset size (datapoints)", ".3g"),
                "cost_usd": rounded("Training compute cost (2023 USD)", ".0f"),
                "power_w": rounded("Training power draw (W)", ".0f"),
                "weights": WEIGHTS[row["Model accessibility"]],
            }
        )
    return sorted(found, key=lambda row: (row["released"], row["model"]))


def capability_compute(source: Source) -> list[dict[str, str]]:
    """Models with both an index (points, two decimals) and an estimate of training compute (FLOP), by day of release."""
    (file,) = source.files
    found = []
    for line, row in source.rows(file, INDEX_COLUMNS):
        if row["ECI Score"] and row["Training compute (FLOP)"] and row["Release date"]:
            found.append(
                {
                    "model": row["Model version"],
                    "developer": row["Organization"].split(",")[0],
                    "released": row["Release date"],
                    "score": str(round(source.number(row["ECI Score"], file, line), 2)),
                    "flop": format(source.number(row["Training compute (FLOP)"], file, line), ".3g"),
                }
            )
    return sorted(found, key=lambda row: (row["released"], row["model"]))
