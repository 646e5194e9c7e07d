"""WeirdML, the board of H. T. Ihle: results per model, in htihle/weirdml-time-horizons."""

from __future__ import annotations

from ladders.sources.clone import Source

VENDORS = {
    "claude": "Anthropic", "deepseek": "DeepSeek", "gemini": "Google", "glm": "Zhipu", "gpt": "OpenAI", "grok": "xAI",
    "kimi": "Moonshot", "llama": "Meta", "mistral": "Mistral", "mixtral": "Mistral", "o1": "OpenAI", "o3": "OpenAI",
    "o4": "OpenAI", "qwen3": "Alibaba",
}  # fmt: skip
"""First word of a model's name -> vendor."""


def model_releases(source: Source) -> list[dict[str, str]]:
    """Every model of the board by day of release and name: mean score in percent, cost of a run in USD."""
    (file,) = source.files
    found = []
    for name, entry in source.json(file)["models"].items():
        try:
            model, released = entry["display_name"], entry["release_date"]
            score, cost = entry["aggregate_scores"]["avg_acc"], entry["cost_per_run_usd"]
            vendor = VENDORS[model.split("-")[0].split(" ")[0]]
        except (KeyError, TypeError) as error:
            raise source.fault(f"model {name!r}: {error} is missing or unknown", file) from None
        found.append(
            {
                "model": model,
                "vendor": vendor,
                "released": released,
                "score": str(round(100 * source.number(score, file), 2)),
                "cost_usd": str(round(source.number(cost, file), 5)),
            }
        )
    return sorted(found, key=lambda row: (row["released"], row["model"]))
