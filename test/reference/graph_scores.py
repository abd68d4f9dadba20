"""Influence, pruning and scores of a graph in float64 (math.md 7 of circuit-tracer's method; README.md, Graphs).

Nodes: features, errors [layer x pos], tokens, logits. `edges[target, source]`.
"""

import torch


def shares(edges):
    size = edges.abs()
    return size / size.sum(1, keepdim=True).clamp_min(1e-10)


def influence(share, weight):
    """weight (share + share^2 + ...)"""
    step, total = weight @ share, torch.zeros_like(weight)
    while step.any():
        total, step = total + step, step @ share
    return total


def threshold(scores, kept):
    """The score of the first, from the largest, with which the share `kept` of the sum is reached."""
    ordered = scores.flatten().sort(descending=True).values
    reached = ordered.cumsum(0) / ordered.sum() >= kept
    return ordered[reached.nonzero()[0, 0] if reached.any() else -1]


class Scored:
    def __init__(self, edges, weights, features, tokens):
        """weights: of the logits, which are the last nodes; features, tokens: how many there are of each."""
        self.edges, count = edges, len(edges)
        self.features, self.always, self.logits = features, count - len(weights) - tokens, count - len(weights)
        self.weight = torch.zeros(count, dtype=edges.dtype)
        self.weight[-len(weights):] = weights
        self.share = shares(edges)
        self.influence = influence(self.share, self.weight)

    def enters_at(self):
        """Cumulative share of the influence at which each node enters."""
        ordered, order = self.influence.sort(descending=True, stable=True)
        entered = torch.zeros_like(ordered)
        entered[order] = ordered.cumsum(0) / ordered.sum()
        return entered

    def pruned(self, node=0.8, edge=0.98):
        """(kept nodes, kept edges)"""
        nodes = self.influence >= threshold(self.influence, node)
        nodes[self.always:] = True
        share = shares(self.edges * nodes[:, None] * nodes[None])
        scores = share * (influence(share, self.weight) + self.weight)[:, None]
        edges = scores >= threshold(scores, edge)
        while True:
            read = edges.any(0)
            read[self.always:] = True
            fed = edges.any(1)
            fed[self.features:] = True
            kept = nodes & read & fed
            if kept.equal(nodes):
                return nodes, edges
            nodes, edges = kept, edges & kept[:, None] & kept[None]

    def scores(self):
        errors = slice(self.features, self.always)
        tokens = self.influence[self.always:self.logits].sum()
        replacement = tokens / (tokens + self.influence[errors].sum())
        reach = self.influence + self.weight
        completeness = ((1 - self.share[:, errors].sum(1)) * reach).sum() / reach.sum()
        return replacement.item(), completeness.item()

    def margin(self, node=0.8, edge=0.98):
        """How near, relatively, another score is to either threshold: masks are only compared where rounding cannot decide."""
        nodes = self.influence >= threshold(self.influence, node)
        nodes[self.always:] = True
        share = shares(self.edges * nodes[:, None] * nodes[None])
        scores = (share * (influence(share, self.weight) + self.weight)[:, None]).flatten()
        gaps = []
        for values, kept in ((self.influence, node), (scores, edge)):
            at = threshold(values, kept)
            others = values[values != at]
            gaps.append(((others - at).abs().min() / at).item())
            cumulative = values.sort(descending=True).values.cumsum(0) / values.sum()
            gaps.append((cumulative - kept).abs().min().item())
        return min(gaps)
