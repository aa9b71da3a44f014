"""Reads a Llama in a GGUF file and writes it as a Hugging Face folder: config.json, tokenizer.json and safetensors in
bfloat16, as the model was published. Only what SmolLM2's file needs: the types F32, Q4_1 and Q8_0, byte-level BPE whose
digits stand alone. The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md"""
import json
import os
import struct

try:
    import numpy
except ImportError:  # Other models need no numbers to be computed.
    numpy = None

F32, Q4_1, Q8_0 = 0, 3, 8
# Values of a block of a quantized tensor.
BLOCK = 32
# The types of metadata that are not text and not lists, as `struct` calls them.
SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
TEXT, LIST = 8, 9
CONTROL_TOKEN = 3
MODULES = {
    "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj", "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
}


class Reader:
    """The file's metadata by name, and its tensors."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.bytes = file.read()
        self.place = 0
        magic, version, tensors, members = (self.scalar(form) for form in ["4s", "I", "Q", "Q"])
        if (magic, version) != (b"GGUF", 3):
            raise ValueError(f"{path}: expected GGUF 3, found {magic} {version}")
        self.metadata = {self.text(): self.value(self.scalar("I")) for _ in range(members)}
        self.tensors = {}
        for _ in range(tensors):
            name, dimensions = self.text(), self.scalar("I")
            # The innermost dimension comes first.
            shape = [self.scalar("Q") for _ in range(dimensions)][::-1]
            self.tensors[name] = (shape, self.scalar("I"), self.scalar("Q"))
        alignment = self.metadata.get("general.alignment", 32)
        self.start = -(-self.place // alignment) * alignment

    def scalar(self, form):
        (value,) = struct.unpack_from("<" + form, self.bytes, self.place)
        self.place += struct.calcsize("<" + form)
        return value

    def text(self):
        length = self.scalar("Q")
        self.place += length
        return self.bytes[self.place - length:self.place].decode()

    def value(self, kind):
        if kind == TEXT:
            return self.text()
        if kind == LIST:
            kind, count = self.scalar("I"), self.scalar("Q")
            return [self.value(kind) for _ in range(count)]
        return self.scalar(SCALARS[kind])

    def tensor(self, name):
        """The values (shape) of a tensor as float32."""
        shape, kind, offset = self.tensors[name]
        count = int(numpy.prod(shape))
        if kind == F32:
            return numpy.frombuffer(self.bytes, "<f4", count, self.start + offset).reshape(shape)
        # A block is its scale, its smallest value (Q4_1) and its quantized values.
        fields = {
            Q4_1: [("scale", "<f2"), ("least", "<f2"), ("values", "u1", BLOCK // 2)],
            Q8_0: [("scale", "<f2"), ("values", "i1", BLOCK)],
        }[kind]
        blocks = numpy.frombuffer(self.bytes, fields, count // BLOCK, self.start + offset)
        scale, values = blocks["scale"].astype("f4")[:, None], blocks["values"]
        if kind == Q8_0:
            return (scale * values).reshape(shape)
        # The low halves of the bytes are the first half of the block.
        values = numpy.concatenate([values & 15, values >> 4], axis=1)
        return (scale * values + blocks["least"].astype("f4")[:, None]).reshape(shape)


def in_halves(rows, heads):
    """The rows of q or k from GGUF's order, in which rotated values are neighbours, to that of transformers, in which
    they are half a head apart."""
    return rows.reshape(heads, -1, 2, rows.shape[1]).swapaxes(1, 2).reshape(rows.shape)


def tensors(reader):
    """Name and values of each tensor, as transformers calls it."""
    heads = {"attn_q": "llama.attention.head_count", "attn_k": "llama.attention.head_count_kv"}
    outer = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"}
    for name in sorted(reader.tensors):
        values, parts = reader.tensor(name), name.split(".")
        if parts[0] != "blk":
            yield f"{outer[parts[0]]}.weight", values
            continue
        if parts[2] in heads:
            values = in_halves(values, reader.metadata[heads[parts[2]]])
        yield f"model.layers.{parts[1]}.{MODULES[parts[2]]}.weight", values


def bfloat16(values):
    """The upper halves of float32 values, rounded to the nearest, ties to even."""
    bits = values.astype("<f4").view("<u4")
    return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype("<u2")


def configuration(reader):
    about = reader.metadata
    return {
        "model_type": "llama", "architectures": ["LlamaForCausalLM"], "torch_dtype": "bfloat16", "hidden_act": "silu",
        "hidden_size": about["llama.embedding_length"], "num_hidden_layers": about["llama.block_count"],
        "num_attention_heads": about["llama.attention.head_count"],
        "num_key_value_heads": about["llama.attention.head_count_kv"],
        "intermediate_size": about["llama.feed_forward_length"], "vocab_size": about["llama.vocab_size"],
        "max_position_embeddings": about["llama.context_length"],
        "rms_norm_eps": float(f"{about['llama.attention.layer_norm_rms_epsilon']:.6g}"),  # stored in float32
        "rope_theta": about["llama.rope.freq_base"], "tie_word_embeddings": "output.weight" not in reader.tensors,
        "bos_token_id": about["tokenizer.ggml.bos_token_id"], "eos_token_id": about["tokenizer.ggml.eos_token_id"],
    }


def tokenizer(reader):
    about = reader.metadata
    if (about["tokenizer.ggml.model"], about["tokenizer.ggml.pre"]) != ("gpt2", "smollm"):
        raise ValueError(f"no known tokenizer: {about['tokenizer.ggml.model']}, {about['tokenizer.ggml.pre']}")
    tokens = about["tokenizer.ggml.tokens"]
    bytes_as_letters = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    flags = dict.fromkeys(["single_word", "lstrip", "rstrip", "normalized"], False)
    return {
        "version": "1.0", "truncation": None, "padding": None, "normalizer": None, "post_processor": None,
        "added_tokens": [
            {"id": index, "content": tokens[index], **flags, "special": True}
            for index, kind in enumerate(about["tokenizer.ggml.token_type"]) if kind == CONTROL_TOKEN],
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [{"type": "Digits", "individual_digits": True}, bytes_as_letters]},
        "decoder": bytes_as_letters,
        "model": {
            "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
            "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False,
            "vocab": {token: index for index, token in enumerate(tokens)},
            "merges": about["tokenizer.ggml.merges"]},
    }


def convert(path, folder):
    """Writes the model in the GGUF file at `path` into `folder`, which exists."""
    if numpy is None:
        raise SystemExit("gguf: error: numpy is needed (hint: pip install numpy)")
    reader = Reader(path)
    for name, value in [("config.json", configuration(reader)), ("tokenizer.json", tokenizer(reader))]:
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            json.dump(value, file, ensure_ascii=False, indent=1)
    values = {name: bfloat16(tensor) for name, tensor in tensors(reader)}
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name, halves in values.items():
        header[name] = {"dtype": "BF16", "shape": halves.shape, "data_offsets": [offset, offset + halves.nbytes]}
        offset += halves.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(os.path.join(folder, "model.safetensors"), "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for halves in values.values():
            file.write(halves.tobytes())
