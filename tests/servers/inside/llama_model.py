"""Write a model that says one sequence of words, in llama.cpp's own format: its file, then the words."""

import sys

import gguf
import numpy as np

DIM = 64
LOUD = 20.0
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
SPECIAL = ["<unk>", "<s>", "</s>"]
TEMPLATE = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant: "


def write(path: str, says: str) -> None:
    words = ["\u2581" + word for word in says.split()]
    tokens = [*SPECIAL, *BYTES, *words]
    writer = gguf.GGUFWriter(path, "llama")
    _describe(writer, tokens, len(words))
    _weigh(writer, len(tokens), len(words))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _describe(writer: gguf.GGUFWriter, tokens: list[str], words: int) -> None:
    writer.add_name("tiny")
    writer.add_context_length(65_536)
    writer.add_embedding_length(DIM)
    writer.add_block_count(1)
    writer.add_feed_forward_length(DIM)
    writer.add_head_count(2)
    writer.add_head_count_kv(2)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(DIM // 2)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    kinds = gguf.TokenType
    writer.add_token_types(
        [kinds.UNKNOWN, kinds.CONTROL, kinds.CONTROL, *[kinds.BYTE] * len(BYTES), *[kinds.NORMAL] * words]
    )
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_chat_template(TEMPLATE)


def _weigh(writer: gguf.GGUFWriter, tokens: int, words: int) -> None:
    """Every token but a word points at the first word, each word at the next, the last at the end."""
    first = tokens - words
    told, heard = np.zeros((tokens, DIM), np.float32), np.zeros((tokens, DIM), np.float32)
    told[:first, 0] = 1.0
    for place in range(words):
        told[first + place, place + 1] = 1.0
        heard[first + place, place] = LOUD
    heard[2, words] = LOUD
    writer.add_tensor("token_embd.weight", told)
    writer.add_tensor("output.weight", heard)
    for name in ("output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"):
        writer.add_tensor(f"{name}.weight", np.ones(DIM, np.float32))
    for name in ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"):
        writer.add_tensor(f"blk.0.{name}.weight", np.zeros((DIM, DIM), np.float32))


write(sys.argv[1], sys.argv[2])
