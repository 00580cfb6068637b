"""Random numbers by count: each is a function of seed, replication, stream and index alone.

A number does not depend on which others were drawn before it, so that two scenarios differ by what
was changed in them (common random numbers: Law 2015, Simulation Modeling and Analysis, section
11.2), and the order of events does not matter. SplitMix64 (Steele, Lea and Flood 2014, OOPSLA)
makes them: it is a counter whose count is mixed, so that any of its numbers can be had at once.

    base(seed, replication) = mixed(mixed(seed + G) + (replication + 1) G)
    start(base, stream)     = mixed(base ^ stream)
    bits(start, index)      = mixed(start + (index + 1) G)      the index-th number of the stream
    u_0 = fraction(bits);   u_k = fraction(mixed(bits + k G))   further numbers of the same draw

with ``G`` = 0x9E3779B97F4A7C15 and words of 64 bits that wrap around.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sinho.kernels.compile import entry, inlined, inner
from sinho.kernels.random import fraction, mixed

Floats = NDArray[np.float64]
Words = NDArray[np.uint64]

GOLDEN = np.uint64(0x9E3779B97F4A7C15)

FIXED, EXPONENTIAL, LOGNORMAL, WEIBULL, GAMMA, UNIFORM, TRIANGULAR, ERLANG, GEOMETRIC, EMPIRICAL = (
    range(10)
)
KIND, A, B, C, FIGURES = range(5)
"""Columns of a row of ``times``: the kind, and three figures that depend on it.

fixed, exponential: the mean. lognormal: mean and deviation of the logarithm. weibull: scale, and 1
by shape. gamma: scale, shape. uniform: low, width. triangular: low, mode, high. erlang: mean of a
phase, phases. geometric: step, log(1 - step / mean). empirical: first in ``values``, how many.
"""


@inlined
def base_of(seed: Any, replication: Any) -> Any:
    """Return the word of a replication; both are words."""
    return mixed(mixed(seed + GOLDEN) + (replication + np.uint64(1)) * GOLDEN)


@inlined
def bits_of(start: Any, index: Any) -> Any:
    """Return the bits of a stream's draw; both are words."""
    return mixed(start + (index + np.uint64(1)) * GOLDEN)


@inlined
def further(bits: Any, k: int) -> float:
    """Return the ``k``-th further uniform number of a draw."""
    return fraction(mixed(bits + np.uint64(k) * GOLDEN))


@inner
def normal_at(p: float) -> float:
    """Return the quantile of the standard normal distribution.

    Algorithm AS 241, PPND16 (Wichura 1988, Applied Statistics 37, 477-484): about 1 part in 10^16.
    """
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = (
            (
                (
                    (
                        (
                            (2509.0809287301226727 * r + 33430.575583588128105) * r
                            + 67265.770927008700853
                        )
                        * r
                        + 45921.953931549871457
                    )
                    * r
                    + 13731.693765509461125
                )
                * r
                + 1971.5909503065514427
            )
            * r
            + 133.14166789178437745
        ) * r + 3.387132872796366608
        low = (
            (
                (
                    (
                        (
                            (5226.495278852545925 * r + 28729.085735721942674) * r
                            + 39307.89580009271061
                        )
                        * r
                        + 21213.794301586595867
                    )
                    * r
                    + 5394.1960214247511077
                )
                * r
                + 687.1870074920579083
            )
            * r
            + 42.313330701600911252
        ) * r + 1.0
        return q * top / low
    r = p if q < 0.0 else 1.0 - p
    r = math.sqrt(-math.log(max(r, 1e-300)))
    if r <= 5.0:
        r -= 1.6
        top = (
            (
                (
                    (
                        (
                            (7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r
                            + 0.24178072517745061177
                        )
                        * r
                        + 1.27045825245236838258
                    )
                    * r
                    + 3.64784832476320460504
                )
                * r
                + 5.7694972214606914055
            )
            * r
            + 4.6303378461565452959
        ) * r + 1.42343711074968357734
        low = (
            (
                (
                    (
                        (
                            (1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r
                            + 0.0151986665636164571966
                        )
                        * r
                        + 0.14810397642748007459
                    )
                    * r
                    + 0.68976733498510000455
                )
                * r
                + 1.6763848301838038494
            )
            * r
            + 2.05319162663775882187
        ) * r + 1.0
    else:
        r -= 5.0
        top = (
            (
                (
                    (
                        (
                            (2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
                            + 0.0012426609473880784386
                        )
                        * r
                        + 0.026532189526576123093
                    )
                    * r
                    + 0.29656057182850489123
                )
                * r
                + 1.7848265399172913358
            )
            * r
            + 5.4637849111641143699
        ) * r + 6.6579046435011037772
        low = (
            (
                (
                    (
                        (
                            (2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r
                            + 1.8463183175100546818e-5
                        )
                        * r
                        + 7.868691311456132591e-4
                    )
                    * r
                    + 0.0148753612908506148525
                )
                * r
                + 0.13692988092273580531
            )
            * r
            + 0.59983220655588793769
        ) * r + 1.0
    return -top / low if q < 0.0 else top / low


@inner
def gamma_of(bits: Any, shape: float) -> float:
    """Return a gamma number of scale 1 (Marsaglia and Tsang 2000, ACM TOMS 26, 363-372).

    A shape below 1 is drawn as that of one more, times a uniform number to the power 1 / shape.
    """
    more = shape + 1.0 if shape < 1.0 else shape
    d = more - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    k = 1
    value = d
    while True:
        x = normal_at(further(bits, k))
        v = 1.0 + c * x
        u = further(bits, k + 1)
        k += 2
        if v > 0.0:
            v = v * v * v
            if math.log(max(u, 1e-300)) < 0.5 * x * x + d - d * v + d * math.log(v):
                value = d * v
                break
    if shape < 1.0:
        value *= fraction(bits) ** (1.0 / shape)
    return value


@inner
def drawn(times: Floats, row: int, values: Floats, bits: Any) -> float:
    """Return the minutes that the bits of a draw stand for, by a row of ``times``."""
    kind = np.int64(times[row * FIGURES + KIND])
    a, b = times[row * FIGURES + A], times[row * FIGURES + B]
    if kind == FIXED:
        return a
    u = fraction(bits)
    if kind == EXPONENTIAL:
        return -a * math.log(1.0 - u)
    if kind == GEOMETRIC:
        return a if b == -math.inf else a * max(1.0, math.ceil(math.log(1.0 - u) / b))
    if kind == UNIFORM:
        return a + b * u
    if kind == LOGNORMAL:
        return math.exp(a + b * normal_at(u))
    if kind == WEIBULL:
        return a * (-math.log(1.0 - u)) ** b
    if kind == TRIANGULAR:
        c = times[row * FIGURES + C]
        if c == a:
            return a
        if u * (c - a) < b - a:
            return a + math.sqrt(u * (c - a) * (b - a))
        return c - math.sqrt((1.0 - u) * (c - a) * (c - b))
    if kind == ERLANG:
        total = -math.log(1.0 - u)
        for k in range(1, np.int64(b)):
            total -= math.log(1.0 - further(bits, k))
        return a * total
    if kind == GAMMA:
        return a * gamma_of(bits, b)
    return values[np.int64(a) + np.int64(u * b)]


@entry
def draw_times(
    times: Floats, values: Floats, seed: int, replication: int, stream: Any, first: int, count: int
) -> Floats:
    """Return the minutes of draws of a stream from index ``first`` on, by row 0 of ``times``."""
    start = mixed(base_of(np.uint64(seed), np.uint64(replication)) ^ stream)
    found = np.empty(count)
    for i in range(count):
        found[i] = drawn(times, 0, values, bits_of(start, np.uint64(first + i)))
    return found


@entry
def draw_uniforms(seed: int, replication: int, stream: Any, first: int, count: int) -> Floats:
    """Return the uniform numbers of ``count`` draws of a stream, from index ``first`` on."""
    start = mixed(base_of(np.uint64(seed), np.uint64(replication)) ^ stream)
    found = np.empty(count)
    for i in range(count):
        found[i] = fraction(bits_of(start, np.uint64(first + i)))
    return found
