"""Uniform numbers that go together: the Gaussian copula, by rank correlations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels.figure_laws import inside
from sim.kernels.specials import special

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["coupled", "coupling", "normal_of_rank", "possible", "rank_of_normal"]

_HAIR = 1e-10


def normal_of_rank(rank: ArrayLike) -> Floats:
    r"""Return the correlation of two normal numbers whose rank correlation is given.

    Parameters
    ----------
    rank : array_like of any shape
        Rank correlations (Spearman), from -1 to 1.

    Returns
    -------
    normal : array of the same shape
        Correlations (Pearson) of the normal numbers.

    Raises
    ------
    ValueError
        If a number lies outside [-1, 1].

    Notes
    -----
    :math:`2\sin(\pi\rho/6)`: K. Pearson, 1907 (at second hand, from memory).

    Examples
    --------
    >>> normal_of_rank([0.0, 0.6, 1.0]).round(4).tolist()
    [0.0, 0.618, 1.0]
    """
    rho = np.asarray(rank, dtype=np.float64)
    if not np.all(np.abs(rho) <= 1):
        message = "a rank correlation must lie between -1 and 1"
        raise ValueError(message)
    return np.asarray(2.0 * np.sin(np.pi * rho / 6.0), dtype=np.float64)


def rank_of_normal(normal: ArrayLike) -> Floats:
    """Return the rank correlation of two normal numbers whose correlation is given.

    Parameters
    ----------
    normal : array_like of any shape
        From -1 to 1.

    Returns
    -------
    rank : array of the same shape
        Rank correlations (Spearman).

    Examples
    --------
    >>> rank_of_normal(normal_of_rank([-1.0, 0.6])).round(9).tolist()
    [-1.0, 0.6]
    """
    r = np.asarray(normal, dtype=np.float64)
    return np.asarray(6.0 / np.pi * np.arcsin(np.clip(r, -1.0, 1.0) / 2.0), dtype=np.float64)


def possible(matrix: ArrayLike) -> tuple[Floats, bool]:
    """Return a correlation matrix that numbers can have, and whether it had to be changed.

    Parameters
    ----------
    matrix : array_like of shape (n, n)
        Symmetric, ones on the diagonal.

    Returns
    -------
    matrix : array of shape (n, n)
        The same one if it is positive semidefinite; else the one repaired.
    was_repaired : bool
        Whether it was not.

    Raises
    ------
    ValueError
        If the matrix is not symmetric with ones on the diagonal.

    Notes
    -----
    Negative eigenvalues are set to 0 and the rows are scaled to ones on the diagonal (the
    spectral method of Rebonato and Jaeckel, J. Risk 2(2), 1999; unverified, from memory). The
    nearest matrix of all (Higham, IMA J. Numer. Anal. 22, 2002) would change a little less.

    Examples
    --------
    >>> matrix, was_repaired = possible([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    >>> was_repaired, matrix.round(3).tolist()[0]
    (True, [1.0, 0.5, -0.5])
    """
    r: Floats = np.asarray(matrix, dtype=np.float64)
    if r.ndim != 2 or not np.array_equal(r, r.T) or not np.all(np.diag(r) == 1):  # noqa: PLR2004
        message = "a correlation matrix must be symmetric, with ones on the diagonal"
        raise ValueError(message)
    values, vectors = np.linalg.eigh(r)
    if values[0] >= -_HAIR:
        return r, False
    half = vectors * np.sqrt(np.maximum(values, 0.0))
    half /= np.sqrt(np.square(half).sum(axis=1, keepdims=True))
    repaired = half @ half.T
    repaired = (repaired + repaired.T) / 2
    np.fill_diagonal(repaired, 1.0)
    return np.asarray(repaired, dtype=np.float64), True


def coupling(matrix: ArrayLike) -> Floats:
    r"""Return the lower triangle that gives independent normal numbers a correlation.

    Parameters
    ----------
    matrix : array_like of shape (n, n)
        Positive semidefinite, ones on the diagonal; from `possible`.

    Returns
    -------
    lower : array of shape (n, n)
        With :math:`L L^T` the matrix; a number that others decide has a zero on the diagonal.

    Notes
    -----
    Cholesky's method, row by row in a fixed order, so that it is the same on every machine.

    Examples
    --------
    >>> coupling([[1.0, 0.6], [0.6, 1.0]]).tolist()
    [[1.0, 0.0], [0.6, 0.8]]
    """
    r: Floats = np.asarray(matrix, dtype=np.float64)
    lower = np.zeros(r.shape)
    for i in range(len(r)):
        for j in range(i + 1):
            rest = float(r[i, j])
            for k in range(j):
                rest -= float(lower[i, k] * lower[j, k])
            if i == j:
                lower[i, i] = np.sqrt(rest) if rest > _HAIR else 0.0
            elif lower[j, j] > 0:
                lower[i, j] = rest / lower[j, j]
    return lower


def coupled(lower: ArrayLike, uniform: ArrayLike) -> Floats:
    r"""Return uniform numbers that go together, from independent ones.

    Parameters
    ----------
    lower : array_like of shape (n, n)
        From `coupling`.
    uniform : array_like of shape (..., n)
        Independent numbers in [0, 1].

    Returns
    -------
    coupled : array of shape (..., n)
        :math:`\Phi(L\,\Phi^{-1}(u))`, each again uniform. Turned numbers (1 - u) give turned ones.

    Raises
    ------
    ValueError
        If a number lies outside [0, 1].

    Examples
    --------
    >>> coupled([[1.0, 0.0], [1.0, 0.0]], [0.2, 0.9]).round(9).tolist()
    [0.2, 0.2]
    """
    factor = np.asarray(lower, dtype=np.float64)
    z = special.ndtri(inside(uniform))
    found = np.zeros(z.shape)
    for j in range(len(factor)):  # one after the other: sums in a fixed order
        found += factor[:, j] * z[..., j : j + 1]
    return inside(special.ndtr(found))
