// The members of config.json that do not change what the network computes.

extension ModelSettings {
  /// Dropout, initialization, label names, generation, how and by what the folder was made, and the sizes of heads that
  /// are not read.
  static let harmless: Set<String> = [
    "_attn_implementation_autoset", "_name_or_path", "architectures", "attention_dropout",
    "attention_probs_dropout_prob", "attn_pdrop", "auto_map", "bos_token_id", "chunk_size_feed_forward",
    "classifier_activation", "classifier_bias", "classifier_dropout", "classifier_dropout_prob", "classifier_pooling",
    "cls_token_id", "decoder_bias", "deterministic_flash_attn", "directionality", "dropout", "dtype", "embd_pdrop",
    "embed_dropout", "embedding_dropout", "eos_token_id", "finetuning_task", "gradient_checkpointing",
    "hidden_dropout", "hidden_dropout_prob", "id2label", "init_std", "initializer_cutoff_factor", "initializer_range",
    "is_encoder_decoder", "is_llama_config", "label2id", "layerdrop", "legacy", "mask_token_id", "max_window_layers",
    "mlp_dropout", "original_max_position_embeddings",
    "output_attentions", "output_hidden_states", "pad_token_id", "pooler_dropout", "pooler_fc_size",
    "pooler_hidden_act", "pooler_hidden_size", "pooler_num_attention_heads", "pooler_num_fc_layers",
    "pooler_size_per_head", "pooler_type", "pretraining_tp", "problem_type", "qa_dropout", "quantization_config",
    "reference_compile", "repad_logits_with_grad", "resid_dropout", "resid_pdrop", "residual_dropout", "return_dict",
    "sep_token_id", "seq_classif_dropout", "sparse_pred_ignore_index", "sparse_prediction", "summary_activation",
    "summary_first_dropout", "summary_last_dropout", "summary_proj_to_labels", "summary_type", "summary_use_proj",
    "tie_word_embeddings", "torch_dtype", "torchscript", "transformers_version", "unk_token_id", "use_cache",
  ]
}
