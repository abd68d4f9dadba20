"""The design's measure of agreement, on tensors and on nested lists of numbers."""

import torch


def row_error(actual, expected):
    """The design's measure: max|a-b| over a row / max(max|b| of the row, 1e-3 of the tensor's maximum)."""
    same = actual == expected
    difference = torch.where(same, 0.0, (actual - expected).abs())
    size = torch.where(expected.isinf(), 0.0, expected.abs())
    scale = torch.maximum(size.amax(-1), 1e-3 * size.amax()).clamp_min(1e-30)
    return (difference.amax(-1) / scale).max().item()


def nested_error(actual, expected):
    """As `row_error`, of nested lists; null (no such cell) must be in the same places and counts as zero."""
    return row_error(numbers(actual), numbers(expected))


def numbers(nested):
    if isinstance(nested, list):
        return torch.stack([numbers(n) for n in nested])
    return torch.tensor(0.0 if nested is None else nested, dtype=torch.float64)
