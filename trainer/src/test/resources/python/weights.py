"""The references' side of PythonWeightsIT: CLIP of transformers (ViT towers) and of open_clip (ResNet towers).

  weights.py FOLDER...     each with plan.json, and with the folder checkpoint if a run has written one

Beside plan.json each folder gets weights under the reference's own names, random ones, in one or more types (TYPE.safetensors),
what they mean in float32 (TYPE-widened.safetensors), and values.safetensors: in.* are inputs, out.TYPE.* the reference's outputs with
those weights, out.checkpoint.* with the checkpoint's. Fails if a name or a shape of the checkpoint is not the reference's."""
import json
import pathlib
import sys

import open_clip
import torch
from safetensors.torch import load_file, save_file
from transformers import CLIPConfig, CLIPModel

BATCH = 3
# As they are published: sizes are the libraries' own.
PUBLISHED = {
    "vit-b-32": lambda: CLIPModel(CLIPConfig()),
    "rn50": lambda: open_clip.CLIP(**open_clip.get_model_config("RN50-quickgelu")),
}


def transformers_model(clip):
    image, text = clip["image"], clip["text"]

    def sizes(tower):
        return {"hidden_size": tower["width"], "intermediate_size": tower["mlpWidth"], "num_hidden_layers": tower["layers"],
                "num_attention_heads": tower["heads"], "hidden_act": tower["activation"].lower()}

    return CLIPModel(CLIPConfig(
        projection_dim=clip["projectionWidth"],
        vision_config={**sizes(image["vit"]), "image_size": image["imageSize"], "patch_size": image["vit"]["patchSize"]},
        text_config={**sizes(text), "vocab_size": text["vocabularySize"], "max_position_embeddings": text["contextLength"],
                     "eos_token_id": text["vocabularySize"] - 1}))


def open_clip_model(clip):
    image, text = clip["image"], clip["text"]
    tower = image["resnet"]
    return open_clip.CLIP(
        embed_dim=clip["projectionWidth"],
        quick_gelu=text["activation"] == "QUICK_GELU",
        vision_cfg={"layers": tower["layers"], "width": tower["width"], "image_size": image["imageSize"],
                    "head_width": tower["width"] * 32 // tower["heads"]},
        text_cfg={"context_length": text["contextLength"], "vocab_size": text["vocabularySize"], "width": text["width"],
                  "heads": text["heads"], "layers": text["layers"], "mlp_ratio": text["mlpWidth"] / text["width"]})


def randomise(model):
    """Biases, norms and running statistics, which libraries begin with zeros and ones; products are random already."""
    for name, values in model.state_dict().items():
        if name.endswith("running_var"):
            values.uniform_(0.5, 1.5)
        elif name.endswith("num_batches_tracked"):
            values.fill_(5)
        elif values.dim() == 1:
            values.add_(torch.randn_like(values), alpha=0.1)


def inputs(clip):
    side, length, end = clip["image"]["imageSize"], clip["text"]["contextLength"], clip["text"]["vocabularySize"] - 1
    ends = torch.arange(length - 1, length - 1 - BATCH, -1)
    ids = torch.randint(0, end, (BATCH, length))
    for row, position in enumerate(ends):
        ids[row, position] = end
        ids[row, position + 1:] = 0
    return {"in.images": torch.randn(BATCH, 3, side, side), "in.ids": ids, "in.ends": ends}


def outputs(model, values, name):
    images, ids = values["in.images"], values["in.ids"]
    if isinstance(model, CLIPModel):
        out = model(input_ids=ids, pixel_values=images)
        found = out.image_embeds, out.text_embeds, out.logits_per_image
    else:
        image_features, text_features, scale = model(images, ids)
        found = image_features, text_features, scale * image_features @ text_features.T
    return {f"out.{name}.{what}": tensor.contiguous() for what, tensor in zip(("images", "texts", "logits"), found)}


def converted(weights, dtype):
    return {name: values.to(dtype) if values.is_floating_point() else values for name, values in weights.items()}


def checkpoint_of(folder, model):
    """The model with a checkpoint's weights, taken as the library's users do."""
    if isinstance(model, CLIPModel):
        loaded, said = CLIPModel.from_pretrained(folder, config=model.config, output_loading_info=True)
        wrong = {what: names for what, names in said.items() if names}
    else:
        loaded, wrong = model, None
        open_clip.load_checkpoint(loaded, str(folder / "model.safetensors"), strict=True)
    written, held = load_file(folder / "model.safetensors"), loaded.state_dict()
    different = [name for name in {*written, *held} if name not in held or name not in written or not torch.equal(written[name], held[name])]
    if wrong or different:
        raise SystemExit(f"{folder}: {wrong or ''} {different or ''}")
    return loaded.eval()


def work(folder):
    torch.manual_seed(7)
    plan = json.loads((folder / "plan.json").read_text())
    clip, published = plan["model"]["clip"], PUBLISHED.get(plan["name"])
    model = published() if published else (transformers_model if "vit" in clip["image"] else open_clip_model)(clip)
    model.eval()
    randomise(model)
    values = inputs(clip)
    first = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    for dtype in (torch.float16,) if published else (torch.float32, torch.float16, torch.bfloat16):
        name = str(dtype).removeprefix("torch.")
        weights = converted(first, dtype)
        widened = converted(weights, torch.float32)
        model.load_state_dict(widened)
        values |= outputs(model, values, name)
        if published and isinstance(model, CLIPModel):  # older versions saved these two as well, public files have them
            weights["text_model.embeddings.position_ids"] = torch.arange(77)[None]
            weights["vision_model.embeddings.position_ids"] = torch.arange(50)[None]
        save_file(weights, folder / f"{name}.safetensors", metadata={"format": "pt"})
        if not published:
            save_file(widened, folder / f"{name}-widened.safetensors")
    if (folder / "checkpoint").exists():
        values |= outputs(checkpoint_of(folder / "checkpoint", model), values, "checkpoint")
    save_file(values, folder / "values.safetensors")


torch.set_num_threads(1)
with torch.no_grad():
    for argument in sys.argv[1:]:
        work(pathlib.Path(argument))
