"""Writes test/reference/fixtures/families (see README.md). Usage: python families.py [fixture name ...]"""

import json
import shutil
import sys
import zlib
from pathlib import Path

import transformers

import families_containers
import families_exact
import families_models
import families_values

FOLDER = Path(__file__).parent / "fixtures" / "families"


def save(model, folder, **options):
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder, **options)
    (folder / "generation_config.json").unlink(missing_ok=True)


def write_index(folder, index):
    (folder / "index.json").write_text(json.dumps(index, indent=1) + "\n")


def write_checkpoint(name):
    folder, (_, _, description, matters) = FOLDER / name, families_models.CHECKPOINTS[name]
    seed = seed_of(name)
    save(families_models.random_model(name, seed), folder / "model")
    model_class = families_models.class_of(name)
    model = families_exact.load(model_class, folder / "model")
    index = {"family": family_of(model.config.model_type), "description": description, "model": "model"}
    index |= families_values.write(folder, model, seed)
    for without in matters:
        families_values.assert_matters(name, model, index["sequences"][0]["tokens"], model_class, folder / "model",
                                       families_exact.load, **without)
    write_index(folder, index)
    print(name, index["float32"])


def seed_of(name):
    return zlib.crc32(name.encode()) % 10_000


def family_of(model_type):
    return {"gemma3_text": "gemma3"}.get(model_type, model_type)


ALL = {name: lambda name=name: write_checkpoint(name) for name in families_models.CHECKPOINTS}
ALL |= families_containers.all_of(sys.modules[__name__])

if __name__ == "__main__":
    transformers.utils.logging.disable_progress_bar()
    for chosen in sys.argv[1:] or ALL:
        ALL[chosen]()
