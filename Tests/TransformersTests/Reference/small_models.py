"""A small configuration of every model type and variant that the network computes, by the name of its fixture.

Windows, buckets and original context lengths are small enough to matter for sequences of 29 tokens.
`configuration(name, vocabulary, positions)` makes the one of that name.
"""
import transformers

IDS = dict(pad_token_id=0, bos_token_id=1, eos_token_id=2)
SIZES = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=24, **IDS)
GROUPED = dict(SIZES, num_key_value_heads=2)
WIDE_HEADS = dict(SIZES, num_attention_heads=2)  # of width 8: a part of a head is turned
WINDOW = 8


def rope(kind="default", theta=10000.0, **settings):
    return {"rope_parameters": {"rope_type": kind, "rope_theta": theta, **settings}}


def per_kind(full, sliding):
    """The rotary base of layers that see everything, and of those with a window."""
    bases = {"full_attention": full, "sliding_attention": sliding}
    return {"rope_parameters": {kind: {"rope_type": "default", "rope_theta": base} for kind, base in bases.items()}}


ROBERTA = dict(SIZES, pad_token_id=1, bos_token_id=0, type_vocab_size=1)
STRETCHED = dict(factor=4.0, original_max_position_embeddings=16)
FALCON = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=4, ffn_hidden_size=24, **IDS)

# Name: the class of its configuration, its settings, and the modules that LoRA adapts: PEFT's defaults, if it has any
# for the type, and modules whose gradient is computed in a way of its own (fused ones, DeBERTa's keys).
QV, BERT_QV, FUSED = ["q_proj", "v_proj"], ["query", "value"], ["query_key_value"]
ENCODERS = {
    "bert": ("Bert", dict(SIZES, type_vocab_size=2), [*BERT_QV, "output.dense"]),
    "roberta": ("Roberta", ROBERTA, BERT_QV),
    "xlm-roberta": ("XLMRoberta", ROBERTA, BERT_QV),
    "camembert": ("Camembert", ROBERTA, BERT_QV),
    "distilbert": (
        "DistilBert", dict(dim=16, n_layers=2, n_heads=4, hidden_dim=24, pad_token_id=0), ["q_lin", "v_lin"],
    ),
    "electra": ("Electra", dict(SIZES, embedding_size=8, type_vocab_size=2), BERT_QV),
    "mpnet": ("MPNet", dict(SIZES, pad_token_id=1), ["q", "v"]),
    "albert": ("Albert", dict(SIZES, embedding_size=8, type_vocab_size=2), BERT_QV),
    "modernbert": (
        "ModernBert",
        dict(SIZES, num_hidden_layers=3, cls_token_id=1, sep_token_id=2, local_attention=WINDOW,
             layer_types=["full_attention", "sliding_attention", "full_attention"], **per_kind(160000.0, 10000.0)),
        ["Wqkv", "Wi"],
    ),
    "deberta-v2": (
        "DebertaV2",
        dict(SIZES, relative_attention=True, position_buckets=8, norm_rel_ebd="layer_norm", share_att_key=True,
             pos_att_type=["p2c", "c2p"], position_biased_input=False, type_vocab_size=0),
        ["query_proj", "key_proj", "value_proj"],
    ),
}
DECODERS = {
    # Llama, and those that differ little from it.
    "llama": ("Llama", dict(GROUPED, head_dim=6, **rope()), [*QV, "down_proj"]),
    "llama-linear": ("Llama", dict(WIDE_HEADS, **rope("linear", theta=100.0, factor=4.0)), QV),
    "llama-dynamic": ("Llama", dict(WIDE_HEADS, **rope("dynamic", theta=100.0, factor=4.0)), QV),
    "llama-yarn": ("Llama", dict(WIDE_HEADS, **rope("yarn", theta=100.0, **STRETCHED)), QV),
    "llama-llama3": (
        "Llama",
        dict(WIDE_HEADS, **rope("llama3", theta=100.0, low_freq_factor=1.0, high_freq_factor=4.0, **STRETCHED)),
        QV,
    ),
    "llama-attention-bias": ("Llama", dict(GROUPED, attention_bias=True, **rope()), QV),
    "llama-mlp-bias": ("Llama", dict(GROUPED, mlp_bias=True, **rope()), QV),
    "mistral": ("Mistral", dict(GROUPED, sliding_window=WINDOW, **rope()), QV),
    "qwen2": (
        "Qwen2", dict(GROUPED, use_sliding_window=True, sliding_window=WINDOW, max_window_layers=1, **rope()), QV,
    ),
    "qwen3": ("Qwen3", dict(GROUPED, head_dim=6, tie_word_embeddings=True, **rope(theta=1e6)), QV),
    "smollm3": ("SmolLM3", dict(GROUPED, no_rope_layer_interval=2, **rope(theta=5e6)), QV),
    "gemma": ("Gemma", dict(SIZES, num_key_value_heads=1, head_dim=6, **rope()), QV),
    "gemma2": (
        "Gemma2",
        dict(GROUPED, head_dim=6, query_pre_attn_scalar=7, sliding_window=WINDOW, attn_logit_softcapping=5.0,
             final_logit_softcapping=8.0, **rope()),
        QV,
    ),
    "gemma3_text": (
        "Gemma3Text",
        dict(GROUPED, head_dim=6, query_pre_attn_scalar=7, sliding_window=WINDOW,
             layer_types=["sliding_attention", "full_attention"], **per_kind(1e6, 10000.0)),
        QV,
    ),
    "phi": ("Phi", dict(WIDE_HEADS, **rope(partial_rotary_factor=0.5)), [*QV, "fc1", "fc2"]),
    "phi3": ("Phi3", dict(GROUPED, sliding_window=WINDOW, **rope()), ["qkv_proj", "gate_up_proj"]),
    "phi3-longrope": (
        "Phi3",
        dict(WIDE_HEADS, original_max_position_embeddings=32,
             **rope("longrope", partial_rotary_factor=0.75, short_factor=[1.0, 1.3, 2.1], long_factor=[1.0, 3.0, 9.0],
                    original_max_position_embeddings=32)),
        ["qkv_proj"],
    ),
    "granite": (
        "Granite",
        dict(GROUPED, embedding_multiplier=3.0, residual_multiplier=0.4, attention_multiplier=0.3, logits_scaling=2.0,
             **rope()),
        QV,
    ),
    "olmo": ("Olmo", dict(SIZES, **rope()), QV),
    "olmo2": ("Olmo2", dict(GROUPED, **rope()), QV),
    "cohere": ("Cohere", dict(GROUPED, logit_scale=0.25, **rope()), QV),
    "helium": ("Helium", dict(GROUPED, head_dim=4, attention_bias=True, **rope(theta=100000.0)), QV),
    "stablelm": ("StableLm", dict(WIDE_HEADS, num_key_value_heads=2, **rope(partial_rotary_factor=0.25)), QV),
    "stablelm-qkv-bias": (
        "StableLm",
        dict(WIDE_HEADS, num_key_value_heads=1, use_qkv_bias=True, **rope(partial_rotary_factor=0.25)), QV,
    ),
    "starcoder2": ("Starcoder2", dict(GROUPED, sliding_window=WINDOW, **rope()), QV),
    # Those that follow GPT-2.
    "gpt2": ("GPT2", dict(n_embd=16, n_layer=2, n_head=4, n_inner=24, **IDS), ["c_attn"]),
    "gpt_neo": (
        "GPTNeo",
        dict(hidden_size=16, num_layers=2, num_heads=4, intermediate_size=24, window_size=WINDOW,
             attention_types=[[["global", "local"], 1]], **IDS),
        QV,
    ),
    "gpt_neox": ("GPTNeoX", dict(WIDE_HEADS, **rope(partial_rotary_factor=0.5)), FUSED),
    "gptj": ("GPTJ", dict(n_embd=16, n_layer=2, n_head=2, n_inner=24, rotary_dim=4, **IDS), QV),
    "opt": (
        "OPT",
        dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=4, ffn_dim=24, word_embed_proj_dim=16,
             **dict(IDS, pad_token_id=1, bos_token_id=2)),
        QV,
    ),
    "falcon": ("Falcon", dict(FALCON, multi_query=True, **rope()), FUSED),
    "falcon-new": ("Falcon", dict(FALCON, new_decoder_architecture=True, num_kv_heads=2, **rope()), FUSED),
    "falcon-alibi": ("Falcon", dict(FALCON, multi_query=False, alibi=True, parallel_attn=False, bias=True), FUSED),
    # Six heads: the slopes of the last two lie between those of the first four.
    "bloom": ("Bloom", dict(hidden_size=18, n_layer=2, n_head=6, **IDS), FUSED),
}

MODELS = {**ENCODERS, **DECODERS}

# Types whose configuration calls the longest sequence by another name.
POSITIONS = {"gpt2": "n_positions", "gptj": "n_positions", "bloom": None}
# Positions start behind the id for padding, which takes the first rows of the table.
OFFSET_POSITIONS = {"roberta", "xlm-roberta", "camembert", "mpnet"}


def configuration(name, vocabulary, positions):
    """The transformers configuration of that name, for sequences of up to `positions` tokens."""
    kind, settings, _ = MODELS[name]
    length = POSITIONS.get(name, "max_position_embeddings")
    if length:
        settings = {**settings, length: positions + (2 if name in OFFSET_POSITIONS else 0)}
    config = getattr(transformers, kind + "Config")(**settings, vocab_size=vocabulary)
    # Falcon's own attention adds ALiBi twice, that of PyTorch once.
    config._attn_implementation = "sdpa" if name == "falcon-alibi" else "eager"
    return config
