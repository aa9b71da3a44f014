// The members of config.json that do not change what the network computes.

extension ModelSettings {
  /// Dropout, initialization, label names, generation, how and by what the folder was made, and the sizes of heads that
  /// are not read.
  static let harmless: Set<String> = [
    "_name_or_path", "_attn_implementation_autoset", "architectures", "attention_dropout",
    "attention_probs_dropout_prob", "auto_map", "bos_token_id", "chunk_size_feed_forward", "classifier_dropout",
    "cls_token_id", "directionality", "dtype", "eos_token_id", "finetuning_task", "gradient_checkpointing",
    "hidden_dropout_prob", "id2label", "initializer_range", "is_llama_config", "label2id", "mask_token_id",
    "max_window_layers", "output_attentions", "output_hidden_states", "pad_token_id", "pooler_fc_size",
    "pooler_num_attention_heads", "pooler_num_fc_layers", "pooler_size_per_head", "pooler_type", "pretraining_tp",
    "problem_type", "quantization_config", "return_dict", "sep_token_id", "tie_word_embeddings", "torch_dtype",
    "torchscript", "transformers_version", "unk_token_id", "use_cache",
  ]
}
