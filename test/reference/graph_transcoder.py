"""Transcoders of attribution graphs: pre-activations that are linear in the input once a scale is given, and decoder rows."""

import torch

from dictionaries import Dictionary, clear_of


class Transcoder(Dictionary):
    """Reads `hook_in`, writes `hook_mlp_out` of one layer. `cfg["activation_fn"]` may make a topk of what calls itself transcoder."""

    def __init__(self, cfg, weights, norm_factor=None):
        super().__init__(cfg, weights, norm_factor)
        self.topk = self.cfg.get("activation_fn") == "topk"
        self.unit = torch.ones(())
        if self.cfg["rescale_acts_by_decoder_norm"]:
            self.unit = self.w["W_dec"].norm(dim=-1)

    def scale(self, x):
        """What the (centred) input is multiplied by before encoding, [pos, 1]: the part of the normalisation that is frozen."""
        mode = self.cfg["normalize_activations"]
        if mode == "constant_norm_rescale":
            return self.cfg["d_in"] ** 0.5 / x.norm(dim=-1, keepdim=True)
        if mode == "layer_norm":
            return 1 / (x.std(-1, keepdim=True, correction=1) + 1e-5)
        return torch.ones_like(x[..., :1])

    def pre_activations(self, x, scale):
        """[pos, feature], in the unit of the activations; linear in x as long as `scale` does not depend on it."""
        if self.cfg["normalize_activations"] == "layer_norm":
            x = x - x.mean(-1, keepdim=True)
        return ((x * scale) @ self.w["W_enc"] + self.w["b_enc"]) * self.unit

    def encode(self, x):
        h = self.pre_activations(x, self.scale(x))
        clear_of(h, 0)
        if self.topk:
            kth, next_one = h.sort(-1, descending=True).values[..., self.cfg["k"] - 1 : self.cfg["k"] + 1].unbind(-1)
            clear_of(kth, next_one)
            return h.relu() * (h >= kth[..., None])
        if "threshold" in self.w:
            clear_of(h, self.w["threshold"])
            return h.relu() * (h > self.w["threshold"])
        return h.relu()

    def rows(self):
        """What one unit of each feature writes, [feature, d_out]."""
        return self.w["W_dec"] / self.unit.expand(len(self.w["W_dec"]))[:, None]

    def skip(self, x):
        return x @ self.w["W_skip"].T if "W_skip" in self.w else torch.zeros_like(x[..., :1])

    def reconstruction(self, x):
        return self.encode(x) @ self.rows() + self.w["b_dec"] + self.skip(x)
