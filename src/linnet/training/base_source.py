"""Where an open base model comes from: a folder in Hugging Face format, or a model of the hub.

Only configuration, tokenizer, safetensors and the README are taken. Pickled weights (`.bin`) are refused, because
reading a pickle can run code.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from linnet.errors import BadInput, StorageFull
from linnet.progress import SILENT, Progress

HUB_ID = re.compile(r"[\w.-]+/[\w.-]+(@[\w./-]+)?")
HUB_FILES = ("*.json", "model*.safetensors", "README.md", "LICENSE*", "USE_POLICY*")
INDEX_FILE, WEIGHTS_FILE = "model.safetensors.index.json", "model.safetensors"
LICENCE_FIELDS = ("license", "license_name", "license_link")


@dataclass(frozen=True, kw_only=True)
class BaseSource:
    name: str  # the hub's id, or the folder's own name
    folder: Path
    revision: str = ""  # the hub's commit; "" for a folder
    licence: str = ""  # as the README's front matter says it; "" where it says nothing


def find_base(base: str | Path, *, progress: Progress = SILENT) -> BaseSource:
    """The folder of `base`: a folder that exists, or `owner/name` or `owner/name@revision` on the hub."""
    folder = Path(base)
    if folder.is_dir():
        folder = folder / "hf" if (folder / "hf" / "config.json").exists() else folder
        name = folder.resolve().parent.name if folder.name == "hf" else folder.resolve().name
        return BaseSource(name=name, folder=folder, licence=read_licence(folder))
    if folder.exists():
        raise BadInput(f"{base} is a file; give the folder of a model in Hugging Face format")
    if isinstance(base, Path) or not HUB_ID.fullmatch(base):
        raise BadInput(
            f"there is no folder {base}; give a folder in Hugging Face format or a hub id such as owner/name"
        )
    name, _, revision = base.partition("@")
    progress.start(f"Fetching {base}")
    folder = _download(name, revision or None)
    progress.finish()
    return BaseSource(name=name, folder=folder, revision=folder.name, licence=read_licence(folder))


def _download(name: str, revision: str | None) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

    asked = f"{name}@{revision}" if revision else name
    try:
        return Path(snapshot_download(name, revision=revision, allow_patterns=list(HUB_FILES)))
    except GatedRepoError as error:
        raise BadInput(
            f"{asked} asks for its licence to be accepted on the hub first; do that and log in: hf auth login"
        ) from error
    except RepositoryNotFoundError as error:
        raise BadInput(
            f"{asked} is neither a folder here nor a model on the hub; check the spelling"
        ) from error
    except RevisionNotFoundError as error:
        raise BadInput(
            f"{name} has no revision {revision} on the hub; give a branch, a tag or a commit"
        ) from error
    except OSError as error:  # what the hub's library raises without a network is one
        if error.errno is not None and not isinstance(error, (ConnectionError, FileNotFoundError)):
            raise StorageFull(
                f"{asked} could not be stored ({error.strerror}); free some space and try again"
            ) from error
        raise BadInput(
            f"{asked} is no folder here and the hub cannot be reached; download it on a machine that reaches the hub "
            "and give its folder"
        ) from error
    except ValueError as error:
        raise BadInput(f"{asked} is no hub id ({str(error).splitlines()[0]})") from error


def weight_files(folder: Path) -> list[Path]:
    """The safetensors files of a model, one or many."""
    index = folder / INDEX_FILE
    if index.exists():
        try:
            names = sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise BadInput(f"{index} is no list of weight files; download the model again") from error
        for name in names:
            if not isinstance(name, str) or Path(name).name != name:
                raise BadInput(f"{index} names a file outside its folder: {name!r}; do not trust this model")
            if not (folder / name).exists():
                raise BadInput(
                    f"{folder} lacks {name}, one of {len(names)} weight files; download the model again"
                )
        if names:
            return [folder / name for name in names]
    if (folder / WEIGHTS_FILE).exists():
        return [folder / WEIGHTS_FILE]
    if list(folder.glob("*.bin")) + list(folder.glob("*.pt*")):
        raise BadInput(
            f"{folder} has its weights only as pickle, which can run code when it is read; convert them to safetensors"
        )
    raise BadInput(f"{folder} has no {WEIGHTS_FILE}; give the whole folder of a model in Hugging Face format")


def read_licence(folder: Path) -> str:
    """What the README's front matter says of the licence, in one line."""
    readme = folder / "README.md"
    if not readme.exists():
        return ""
    text = readme.read_text(encoding="utf-8", errors="replace")
    if not text.startswith("---"):
        return ""
    front = text.removeprefix("---").partition("\n---")[0]
    found = dict(re.findall(r"^(\w+):[ \t]*(\S.*?)[ \t]*$", front, flags=re.MULTILINE))
    values = [found[name].strip("\"'") for name in LICENCE_FIELDS if name in found]
    return ", ".join(dict.fromkeys(values))[:300]
