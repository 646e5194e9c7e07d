"""Two modules that see half of the input each: what do they lose against one network that sees all?

Module A sees x_A, module B sees x_B. Arms:

- joint: one multilayer perceptron on both inputs.
- late fusion: each module scores the classes, the scores (log-probabilities up to a constant) are added.
- frozen PCA: each module sends its first k principal components, k real numbers, fitted without the task; a fusion
  network is trained on them. k reals are not k bits.
- trained messages: each module sends k bits, the signs of tanh units; modules and fusion network are trained
  together. In training noise on the input of the tanh drives the units to their ends (as in semantic hashing,
  Salakhutdinov & Hinton 2009, International Journal of Approximate Reasoning 50:7); what is scored sends signs alone.
- trained messages with a query: B sends QUERY_BITS bits to A, A answers with k bits.

In the task "index" fusion takes place at B, which knows its index, as in the one-way model of communication complexity
(Kremer, Nisan & Ron 1999, Computational Complexity 8:1, 21-49). In the other tasks both modules send k bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from functools import cache, partial
from itertools import pairwise
from typing import TYPE_CHECKING

import autograd.numpy as anp
import numpy as np
import pandas as pd
from autograd import grad
from autograd.misc.optimizers import adam
from scipy import stats
from scipy.optimize import brentq

from ladders.evidence.modular import accuracy
from ladders.results import measured

if TYPE_CHECKING:
    from sklearn.decomposition import PCA

WIDTHS = (1, 2, 3, 4, 8)
"""Bits (or real numbers) in a message."""

SEEDS = (0, 1, 2, 3)
CLASSES = 16
"""Classes of the task "match": four bits."""

MATCH_BITS = 4
PRODUCT_BITS = 4
SLOTS = 8
"""Bits that module A holds in the task "index"."""

QUERY_BITS = 3
"""Bits that name one of SLOTS slots."""

BATCH = 128
"""Examples in a step of training."""

POOL = 8_000
"""Examples from which batches are drawn."""

RAMP = 0.6
"""Share of the training in which the noise grows from nothing to its full size; from the start it stops learning."""

TESTED = 4000
"""Examples (digits: pairs of held-out images) on which a trained network is scored."""

Arrays = tuple[np.ndarray, np.ndarray, np.ndarray]
"""x_A (n, d_A), x_B (n, d_B), class (n,)."""


@dataclass(frozen=True)
class Training:
    """How networks are trained: hidden units of a layer, steps of Adam, step size, noise on the units of a message."""

    hidden: int
    steps: int
    rate: float
    noise: float


def _signs(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return rng.choice([-1.0, 1.0], shape)


def _xor(rng: np.random.Generator, n: int) -> Arrays:
    """One sign each, beside three components of larger variance that say nothing; class: product of the signs."""
    a, b = _signs(rng, (n, 1)), _signs(rng, (n, 1))
    noisy = rng.normal(size=(2, n, 3))
    return np.hstack([noisy[0], a / 2]), np.hstack([noisy[1], b / 2]), (a * b > 0).astype(int)[:, 0]


def _match(rng: np.random.Generator, n: int) -> Arrays:
    """One of 16 classes each, as four signs; class: are they equal? Half are."""
    a = rng.integers(CLASSES, size=n)
    other = (a + rng.integers(1, CLASSES, size=n)) % CLASSES
    equal = rng.integers(2, size=n)
    b = np.where(equal, a, other)
    bits = 2.0 * (np.arange(CLASSES)[:, None] >> np.arange(MATCH_BITS) & 1) - 1
    return bits[a], bits[b], equal


def _product(rng: np.random.Generator, n: int) -> Arrays:
    """Four bits each; class: their inner product modulo 2."""
    a, b = rng.integers(2, size=(2, n, PRODUCT_BITS))
    return 2.0 * a - 1, 2.0 * b - 1, (a * b).sum(axis=1) % 2


def _index(rng: np.random.Generator, n: int) -> Arrays:
    """A holds eight bits, B the number of one of them; class: that bit. Attention at its barest."""
    bits, slot = rng.integers(2, size=(n, SLOTS)), rng.integers(SLOTS, size=n)
    return 2.0 * bits - 1, np.eye(SLOTS)[slot], bits[np.arange(n), slot]


@cache
def _images(seed: int, held_out: bool) -> tuple[np.ndarray, np.ndarray]:
    """Digits of scikit-learn, 8 x 8 pixels scaled to 0-1: 1,297 to train on or the 500 held out, by seed."""
    # Not at the top: slow to import, and a chapter that shows stored runs trains nothing.
    from sklearn.datasets import load_digits

    digits = load_digits()
    order = np.random.default_rng(1000 + seed).permutation(len(digits.target))
    chosen = order[:500] if held_out else order[500:]
    return digits.data[chosen] / 16, digits.target[chosen]


def _same_digit(rng: np.random.Generator, n: int, *, seed: int, held_out: bool) -> Arrays:
    """An image each; class: do they show the same digit? Half do."""
    images, digit = _images(seed, held_out)
    a, b = rng.integers(len(digit), size=(2, n))
    same = rng.random(n) < 0.5
    for value in range(10):
        chosen = np.flatnonzero(same & (digit[a] == value))
        b[chosen] = rng.choice(np.flatnonzero(digit == value), len(chosen))
        chosen = np.flatnonzero(~same & (digit[a] == value))
        b[chosen] = rng.choice(np.flatnonzero(digit != value), len(chosen))
    return images[a], images[b], same.astype(int)


def _digit_sum(rng: np.random.Generator, n: int, *, seed: int, held_out: bool) -> Arrays:
    """An image each; class: last figure of the sum of the two digits."""
    images, digit = _images(seed, held_out)
    a, b = rng.integers(len(digit), size=(2, n))
    return images[a], images[b], (digit[a] + digit[b]) % 10


def _halves(rng: np.random.Generator, n: int, *, seed: int, held_out: bool) -> Arrays:
    """Left and right half of one image; class: the digit."""
    images, digit = _images(seed, held_out)
    chosen = rng.integers(len(digit), size=n)
    grid = images[chosen].reshape(n, 8, 8)
    return grid[:, :, :4].reshape(n, 32), grid[:, :, 4:].reshape(n, 32), digit[chosen]


@dataclass(frozen=True)
class Task:
    """draw: rng, n -> examples; of digits also by seed and part. needs: bits of a message that suffice in principle."""

    draw: Callable[..., Arrays]
    classes: int
    chance: float
    needs: int
    digits: bool = False
    at_b: bool = False

    def sampler(self, seed: int, held_out: bool) -> Callable[[np.random.Generator, int], Arrays]:
        """The draw for one seed, from training images or from those held out."""
        return partial(self.draw, seed=seed, held_out=held_out) if self.digits else self.draw


TASKS = {
    "xor": Task(_xor, 2, 0.5, 1),
    "match": Task(_match, 2, 0.5, MATCH_BITS),
    "inner product": Task(_product, 2, 0.5, PRODUCT_BITS),
    "index": Task(_index, 2, 0.5, SLOTS, at_b=True),
    "same digit": Task(_same_digit, 2, 0.5, 4, digits=True),
    "digit sum": Task(_digit_sum, 10, 0.1, 4, digits=True),
    "halves": Task(_halves, 10, 0.1, 4, digits=True),
}
ARMS = ("joint", "late fusion", "frozen PCA", "trained messages", "with a query")
WIDE = ("frozen PCA", "trained messages", "with a query")
"""Arms whose message has a width."""


def hash_accuracy(bits: int, width: int) -> float:
    """Best accuracy of "match" by a balanced hash: 1 - (2^(m-k) - 1) / (2 (2^m - 1)), unequal pairs colliding.

    bits m: of a class; width k: of the message. ValueError unless m >= 1 and k >= 0.
    """
    if bits < 1 or width < 0:
        raise ValueError(f"hash_accuracy: needs bits >= 1 and width >= 0, got bits={bits}, width={width}.")
    return 1 - (2 ** max(bits - width, 0) - 1) / (2 * (2**bits - 1))


def binary_entropy(p: float) -> float:
    """Entropy of a biased coin in bits; 0 at p = 0 and 1. ValueError outside 0-1."""
    if not 0 <= p <= 1:
        raise ValueError(f"binary_entropy: p must lie between 0 and 1, got {p}.")
    return 0.0 if p in (0, 1) else float(-p * np.log2(p) - (1 - p) * np.log2(1 - p))


def index_bound(slots: int, width: int) -> float:
    """Highest accuracy of "index" with one message of k bits from A to B: 1 - Hb^-1(1 - k/n).

    From Fano's inequality slot by slot: k >= sum over slots of (1 - Hb(error)). ValueError unless n >= 1 and k >= 0.
    """
    if slots < 1 or width < 0:
        raise ValueError(f"index_bound: needs slots >= 1 and width >= 0, got slots={slots}, width={width}.")
    if width >= slots:
        return 1.0
    missing = 1 - width / slots
    return 1.0 - float(brentq(lambda p: binary_entropy(p) - missing, 0.0, 0.5))


def theory(task: str, arm: str, width: int) -> float:
    """What theory says of trained messages: hash for "match", bound for "index", 1 where enough bits; else NaN."""
    if task not in TASKS or arm not in ARMS:
        raise ValueError(f"theory: no task {task!r} with arm {arm!r}.")
    if arm == "with a query" and task == "index":
        return 1.0
    if arm == "trained messages" and task == "match":
        return hash_accuracy(MATCH_BITS, width)
    if arm == "trained messages" and task == "index":
        return index_bound(SLOTS, width)
    exact = arm == "trained messages" and not TASKS[task].digits and width >= TASKS[task].needs
    return 1.0 if exact else np.nan


Layers = list[tuple[np.ndarray, np.ndarray]]


def _layers(rng: np.random.Generator, nets: int, sizes: tuple[int, ...]) -> Layers:
    """Weights (nets, in, out) and biases (nets, 1, out) of `nets` networks of one shape, He initialisation."""
    return [
        (rng.normal(size=(nets, m, n)) * np.sqrt(2 / m), np.zeros((nets, 1, n))) for m, n in pairwise(sizes)
    ]


def _apply(layers: Layers, x: np.ndarray) -> np.ndarray:
    for weight, bias in layers[:-1]:
        x = anp.maximum(anp.matmul(x, weight) + bias, 0.0)
    return anp.matmul(x, layers[-1][0]) + layers[-1][1]


def _bits(z: np.ndarray, noise: np.ndarray | None) -> np.ndarray:
    """Units of a message: tanh of z with noise in training, signs without."""
    return np.where(z >= 0, 1.0, -1.0) if noise is None else anp.tanh(z + noise)


def _scores(
    weights: dict[str, Layers], x: tuple[np.ndarray, np.ndarray], arm: str, mask: np.ndarray, at_b: bool,
    draw: Callable[[tuple[int, ...]], np.ndarray | None],
) -> np.ndarray:  # fmt: skip
    """Scores of the classes (nets, n, classes). mask (nets, 1, widest): bits in use; draw: noise of a shape,
    or None to send signs."""
    a, b = x
    if arm in ("joint", "frozen PCA"):
        return _apply(weights["fusion"], anp.concatenate([a, b], axis=2))
    if arm == "late fusion":
        return _apply(weights["a"], a) + _apply(weights["b"], b)
    if arm == "with a query":
        query = _bits(_apply(weights["b"], b), draw((*b.shape[:2], QUERY_BITS)))
        a = anp.concatenate([a, query], axis=2)
    widest = mask.shape[2]
    sent = _bits(_apply(weights["a"], a), draw((*a.shape[:2], widest))) * mask
    other = b if at_b else _bits(_apply(weights["b"], b), draw((*b.shape[:2], widest))) * mask
    return _apply(weights["fusion"], anp.concatenate([sent, other], axis=2))


def _initial(
    rng: np.random.Generator, nets: int, arm: str, dims: tuple[int, int], task: Task, hidden: int
) -> dict[str, Layers]:
    """Weights of all parts of an arm; every part has two hidden layers."""
    (d_a, d_b), widest = dims, max(WIDTHS)
    inner = (hidden, hidden)
    if arm in ("joint", "frozen PCA"):
        return {"fusion": _layers(rng, nets, (d_a + d_b, 2 * hidden, 2 * hidden, task.classes))}
    if arm == "late fusion":
        return {name: _layers(rng, nets, (d, *inner, task.classes)) for name, d in (("a", d_a), ("b", d_b))}
    into_a = d_a + (QUERY_BITS if arm == "with a query" else 0)
    fused = widest + (d_b if task.at_b else widest)
    weights = {
        "a": _layers(rng, nets, (into_a, *inner, widest)),
        "fusion": _layers(rng, nets, (fused, *inner, task.classes)),
    }
    if arm == "with a query" or not task.at_b:
        weights["b"] = _layers(rng, nets, (d_b, *inner, QUERY_BITS if task.at_b else widest))
    return weights


def _components(x: np.ndarray, widths: list[int]) -> list[PCA]:
    from sklearn.decomposition import PCA

    return [PCA(min(width, x.shape[1]), svd_solver="full").fit(x) for width in widths]


def _padded(pca: PCA, x: np.ndarray) -> np.ndarray:
    """First components of x, each scaled to unit variance, filled up with zeros to the widest message."""
    z = pca.transform(x) / np.sqrt(np.maximum(pca.explained_variance_, 1e-12))
    return np.pad(z, ((0, 0), (0, max(WIDTHS) - z.shape[1])))


def train(
    name: str, arm: str, widths: tuple[int, ...] = WIDTHS, seeds: tuple[int, ...] = SEEDS,
    *, training: Training,
) -> pd.DataFrame:  # fmt: skip
    """Train one network for each width and seed, all at once, and score it on fresh examples.

    Columns: task, arm, width (0 for arms without messages), seed, accuracy. The networks share only the order of the
    random draws. ValueError for an unknown task or arm, a query outside "index", or a width beyond WIDTHS.
    """
    if name not in TASKS or arm not in ARMS or (arm == "with a query" and not TASKS[name].at_b):
        raise ValueError(f"train: no task {name!r} with arm {arm!r}.")
    if arm in WIDE and not set(widths) <= set(WIDTHS):
        raise ValueError(f"train: widths {widths} are not among {WIDTHS}.")
    task = TASKS[name]
    plan = [(width, seed) for width in (widths if arm in WIDE else (0,)) for seed in seeds]
    rng = np.random.default_rng([list(TASKS).index(name), ARMS.index(arm), *seeds])
    pool = {seed: task.sampler(seed, False)(np.random.default_rng(seed), POOL) for seed in seeds}
    test = {seed: task.sampler(seed, True)(np.random.default_rng(500 + seed), TESTED) for seed in seeds}

    def stacked(examples: dict[int, Arrays]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Inputs and classes of every network, axis 0: the plan."""
        if arm != "frozen PCA":
            return tuple(np.stack([examples[seed][part] for _, seed in plan]) for part in range(3))
        a = [_padded(_components(pool[s][0], [w])[0], examples[s][0]) for w, s in plan]
        b = [
            examples[s][1] if task.at_b else _padded(_components(pool[s][1], [w])[0], examples[s][1])
            for w, s in plan
        ]
        return np.stack(a), np.stack(b), np.stack([examples[s][2] for _, s in plan])

    x_a, x_b, y = stacked(pool)
    nets = len(plan)
    mask = np.array([[np.arange(max(WIDTHS)) < width] for width, _ in plan], dtype=float)
    weights = _initial(rng, nets, arm, (x_a.shape[2], x_b.shape[2]), task, training.hidden)
    every = np.arange(nets)[:, None]
    done = 0

    def loss(weights: dict[str, Layers], step: int) -> float:
        noise = training.noise * min(1.0, (done + step) / (RAMP * training.steps))
        rows = rng.integers(y.shape[1], size=(nets, BATCH))
        scores = _scores(
            weights, (x_a[every, rows], x_b[every, rows]), arm, mask, task.at_b,
            lambda shape: noise * rng.normal(size=shape),
        )  # fmt: skip
        top = anp.max(scores, axis=2, keepdims=True)
        normal = anp.log(anp.sum(anp.exp(scores - top), axis=2)) + top[:, :, 0]
        right = anp.sum(scores * np.eye(task.classes)[y[every, rows]], axis=2)
        return anp.sum(anp.mean(normal - right, axis=1))

    for share, slower in ((2 / 3, 1), (1 / 3, 5)):
        steps = round(share * training.steps)
        weights = adam(grad(loss), weights, num_iters=steps, step_size=training.rate / slower)
        done += steps
    t_a, t_b, truth = stacked(test)
    found = _scores(weights, (t_a, t_b), arm, mask, task.at_b, lambda shape: None).argmax(axis=2)
    right = (found == truth).mean(axis=1)
    return pd.DataFrame(
        {
            "task": name,
            "arm": arm,
            "width": [width for width, _ in plan],
            "seed": [seed for _, seed in plan],
            "accuracy": right.round(3),
        }
    )


@measured("percent")
def against_theory(modular_runs: pd.DataFrame) -> pd.DataFrame:
    """Accuracy of trained messages beside theory: (task, arm, width) by mean, low, high, best, theory; known rows only."""
    found = accuracy(modular_runs).value
    found["theory"] = [100 * theory(*key) if key[2] else np.nan for key in found.index]
    return found[found.theory.notna()][["mean", "low", "high", "best", "theory"]]


@measured("count")
def design() -> dict[str, int]:
    """Sizes of the experiment: bits of a query, slots, bits of "match", a short message, tasks by kind."""
    digits = sum(task.digits for task in TASKS.values())
    return {
        "query": QUERY_BITS, "slots": SLOTS, "match bits": MATCH_BITS, "short": WIDTHS[1],
        "digits": digits, "logical": len(TASKS) - digits,
    }  # fmt: skip


@measured("points")
def theory_check(modular_runs: pd.DataFrame) -> dict[str, float]:
    """Largest distance of the best seed from the hash of "match", and of any mean above the bound of "index"."""
    rows = against_theory(modular_runs).value
    match, index = (
        rows.xs("match", level="task"),
        rows.xs(("index", "trained messages"), level=("task", "arm")),
    )
    return {"match": (match.best - match.theory).abs().max(), "index": (index["mean"] - index.theory).max()}


def within_bound(accuracy: float, width: int, tested: int = TESTED) -> bool:
    """Could an accuracy (0-1) on `tested` examples of "index" come from one message of k bits? Level 0.001, one-sided.

    False overturns the model: no training may beat the bound. ValueError for an accuracy outside 0-1.
    """
    if not 0 <= accuracy <= 1:
        raise ValueError(f"within_bound: accuracy must lie between 0 and 1, got {accuracy}.")
    right = round(accuracy * tested)
    return bool(stats.binom.sf(right - 1, tested, index_bound(SLOTS, width)) >= 0.001)


def base_training(parameters: pd.DataFrame) -> Training:
    """How networks are trained, from table parameters. ValueError names a parameter that is missing or not positive."""
    rows = parameters[parameters.model == "modular"].set_index("parameter").value
    values = {}
    for field in fields(Training):
        if not rows.get(field.name, 0) > 0:
            raise ValueError(
                f"parameters: modular.{field.name} must be positive, got {rows.get(field.name)}."
            )
        values[field.name] = float(rows[field.name]) if field.type == "float" else int(rows[field.name])
    return Training(**values)


def settings(parameters: pd.DataFrame) -> dict[str, Training]:
    """The base training again, and each assumed parameter at its low and its high value, by name ("noise high")."""
    base = base_training(parameters)
    rows = parameters[parameters.model == "modular"].set_index("parameter")
    found = {"again": base}
    for field in fields(Training):
        for end in ("low", "high"):
            value = type(getattr(base, field.name))(rows.loc[field.name, end])
            found[f"{field.name} {end}"] = replace(base, **{field.name: value})
    return found


SWEPT = ("match", "trained messages")
"""Task and arm that are trained again with each assumed parameter changed, and once unchanged from the same seeds."""

SWEPT_WIDTHS, SWEPT_SEEDS = (2, 4, 8), (0, 1)


def plan() -> Iterator[tuple[str, str]]:
    """Every task with every arm that it has."""
    for name, task in TASKS.items():
        yield from ((name, arm) for arm in ARMS if arm != "with a query" or task.at_b)


def run(parameters: pd.DataFrame) -> pd.DataFrame:
    """All that table modular_runs holds; some five minutes on one core."""
    base = base_training(parameters)
    parts = [train(*pair, training=base).assign(setting="base") for pair in plan()]
    for setting, training in settings(parameters).items():
        swept = train(*SWEPT, SWEPT_WIDTHS, SWEPT_SEEDS, training=training)
        parts.append(swept.assign(setting=setting))
    return pd.concat(parts, ignore_index=True)[["setting", "task", "arm", "width", "seed", "accuracy"]]
