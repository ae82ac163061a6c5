/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The JSON header of a safetensors file. It has one fixed shape,
 *   { "__metadata__": { "key": "text", ... }, "tensor": { "dtype": "F32", "shape": [2, 3],
 *     "data_offsets": [0, 24] }, ... }
 * so this is a parser of that shape, not of JSON at large: nothing nests deeper, numbers are
 * unsigned integers, and anything else is refused. Strings are decoded in place, in a copy of the
 * header; a decoded string is never longer than its source. */

#include <stdbool.h>
#include <string.h>

#include "core/size.h"
#include "model/safetensors_internal.h"

typedef struct reader {
    zd_safetensors *file;
    char *at;
    char *end;
    zd_error *err;
} reader;

static zd_status fail_at(const reader *in, const char *expected)
{
    return zd_fail(in->err, ZD_ERR_CORRUPT, "the header is damaged at byte %zu: expected %s",
                   (size_t) (in->at - in->file->text) + 8, expected);
}

static void skip_space(reader *in)
{
    while (in->at < in->end &&
           (*in->at == ' ' || *in->at == '\n' || *in->at == '\t' || *in->at == '\r'))
    {
        in->at++;
    }
}

static bool accept(reader *in, char wanted)
{
    skip_space(in);
    if (in->at < in->end && *in->at == wanted) {
        in->at++;
        return true;
    }
    return false;
}

static zd_status expect(reader *in, char wanted)
{
    char what[4] = { '\'', wanted, '\'', '\0' };
    return accept(in, wanted) ? ZD_OK : fail_at(in, what);
}

static bool read_hex4(reader *in, uint32_t *out)
{
    uint32_t value = 0;
    if (in->end - in->at < 4) {
        return false;
    }
    for (int i = 0; i < 4; i++) {
        char c = *in->at++;
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t) (c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t) (c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? (uint32_t) (c - 'A' + 10)
                                                : 16;
        if (digit > 15) {
            return false;
        }
        value = value * 16 + digit;
    }
    *out = value;
    return true;
}

static char *write_utf8(char *to, uint32_t code)
{
    if (code < 0x80) {
        *to++ = (char) code;
    } else if (code < 0x800) {
        *to++ = (char) (0xC0 | code >> 6);
        *to++ = (char) (0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        *to++ = (char) (0xE0 | code >> 12);
        *to++ = (char) (0x80 | (code >> 6 & 0x3F));
        *to++ = (char) (0x80 | (code & 0x3F));
    } else {
        *to++ = (char) (0xF0 | code >> 18);
        *to++ = (char) (0x80 | (code >> 12 & 0x3F));
        *to++ = (char) (0x80 | (code >> 6 & 0x3F));
        *to++ = (char) (0x80 | (code & 0x3F));
    }
    return to;
}

/** Decodes \uXXXX and pairs of them. A zero character or half a pair is refused. */
static bool read_unicode(reader *in, char **to)
{
    uint32_t code;
    if (!read_hex4(in, &code) || code == 0) {
        return false;
    }
    if (code >= 0xD800 && code < 0xDC00) {
        uint32_t low;
        if (in->end - in->at < 6 || in->at[0] != '\\' || in->at[1] != 'u') {
            return false;
        }
        in->at += 2;
        if (!read_hex4(in, &low) || low < 0xDC00 || low > 0xDFFF) {
            return false;
        }
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (code >= 0xDC00 && code < 0xE000) {
        return false;
    }
    *to = write_utf8(*to, code);
    return true;
}

static bool read_escape(reader *in, char **to)
{
    static const char from[] = "\"\\/bfnrt";
    static const char into[] = "\"\\/\b\f\n\r\t";
    if (in->at >= in->end) {
        return false;
    }
    char c = *in->at++;
    if (c == 'u') {
        return read_unicode(in, to);
    }
    const char *found = c != '\0' ? strchr(from, c) : NULL;
    if (found == NULL) {
        return false;
    }
    *(*to)++ = into[found - from];
    return true;
}

/** Reads a string and ends it with a zero over its closing quote or before. */
static zd_status read_string(reader *in, const char **out)
{
    ZD_TRY(expect(in, '"'));
    char *start = in->at;
    char *to = start;
    while (in->at < in->end && *in->at != '"') {
        unsigned char c = (unsigned char) *in->at++;
        if (c < 0x20) {
            return fail_at(in, "no control character in a text");
        }
        if (c == '\\') {
            if (!read_escape(in, &to)) {
                return fail_at(in, "a valid escape");
            }
        } else {
            *to++ = (char) c;
        }
    }
    if (in->at >= in->end) {
        return fail_at(in, "'\"'");
    }
    in->at++;
    *to = '\0';
    *out = start;
    return ZD_OK;
}

static zd_status read_size(reader *in, size_t *out)
{
    size_t value = 0;
    skip_space(in);
    char *start = in->at;
    while (in->at < in->end && *in->at >= '0' && *in->at <= '9') {
        if (!zd_size_mul(value, 10, &value) ||
            !zd_size_add(value, (size_t) (*in->at - '0'), &value)) {
            return fail_at(in, "a number below 2^64");
        }
        in->at++;
    }
    if (in->at == start || (*start == '0' && in->at - start > 1)) {
        return fail_at(in, "a whole number");
    }
    *out = value;
    return ZD_OK;
}

/** Reads [n, n, ...] with at most `limit` numbers. */
static zd_status read_sizes(reader *in, size_t *out, int limit, int *count)
{
    *count = 0;
    ZD_TRY(expect(in, '['));
    if (accept(in, ']')) {
        return ZD_OK;
    }
    do {
        if (*count == limit) {
            return fail_at(in, "fewer numbers");
        }
        ZD_TRY(read_size(in, &out[*count]));
        (*count)++;
    } while (accept(in, ','));
    return expect(in, ']');
}

/** The format's types with the bytes of a value. The first three can be read. */
static const struct dtype_rule {
    const char *name;
    zd_dtype dtype;
    size_t bytes;
} dtype_rules[] = {
    { "F32", ZD_DTYPE_F32, 4 },    { "F16", ZD_DTYPE_F16, 2 },   { "BF16", ZD_DTYPE_BF16, 2 },
    { "F64", ZD_DTYPE_OTHER, 8 },  { "I64", ZD_DTYPE_OTHER, 8 }, { "U64", ZD_DTYPE_OTHER, 8 },
    { "I32", ZD_DTYPE_OTHER, 4 },  { "U32", ZD_DTYPE_OTHER, 4 }, { "I16", ZD_DTYPE_OTHER, 2 },
    { "U16", ZD_DTYPE_OTHER, 2 },  { "I8", ZD_DTYPE_OTHER, 1 },  { "U8", ZD_DTYPE_OTHER, 1 },
    { "BOOL", ZD_DTYPE_OTHER, 1 },
};

static zd_status read_dtype(reader *in, zd_stored_tensor *tensor, size_t *value_bytes)
{
    const char *text;
    ZD_TRY(read_string(in, &text));
    for (size_t i = 0; i < sizeof dtype_rules / sizeof dtype_rules[0]; i++) {
        if (strcmp(text, dtype_rules[i].name) == 0) {
            tensor->dtype = dtype_rules[i].dtype;
            *value_bytes = dtype_rules[i].bytes;
            return ZD_OK;
        }
    }
    return zd_fail(in->err, ZD_ERR_UNSUPPORTED,
                   "tensor '%.80s' holds '%.16s' values, which are "
                   "not known",
                   tensor->name, text);
}

static zd_status check_tensor(reader *in, zd_stored_tensor *tensor, const size_t offsets[2],
                              size_t value_bytes)
{
    size_t room = in->file->bytes - in->file->data_start;
    size_t bytes = 0;
    tensor->count = 1;
    for (int i = 0; i < tensor->rank; i++) {
        if (!zd_size_mul(tensor->count, tensor->shape[i], &tensor->count)) {
            return zd_fail(in->err, ZD_ERR_CORRUPT, "tensor '%.80s' is too large", tensor->name);
        }
    }
    if (offsets[0] > offsets[1] || offsets[1] > room) {
        return zd_fail(in->err, ZD_ERR_CORRUPT,
                       "tensor '%.80s' lies at bytes %zu to %zu of %zu; the file is truncated or "
                       "damaged",
                       tensor->name, offsets[0], offsets[1], room);
    }
    tensor->bytes = offsets[1] - offsets[0];
    if (!zd_size_mul(tensor->count, value_bytes, &bytes) || bytes != tensor->bytes) {
        return zd_fail(in->err, ZD_ERR_CORRUPT, "tensor '%.80s' is %zu bytes, its shape needs %zu",
                       tensor->name, tensor->bytes, bytes);
    }
    tensor->offset = in->file->data_start + offsets[0];
    return ZD_OK;
}

static zd_status read_tensor(reader *in, zd_stored_tensor *tensor)
{
    static const char *const keys[] = { "dtype", "shape", "data_offsets" };
    size_t offsets[2] = { 0, 0 };
    size_t value_bytes = 0;
    int count = 0;
    unsigned seen = 0;
    ZD_TRY(expect(in, '{'));
    do {
        const char *key;
        ZD_TRY(read_string(in, &key));
        ZD_TRY(expect(in, ':'));
        int which = 0;
        while (which < 3 && strcmp(key, keys[which]) != 0) {
            which++;
        }
        if (which == 3 || (seen & 1U << which) != 0) {
            return fail_at(in, "dtype, shape and data_offsets, once each");
        }
        seen |= 1U << which;
        if (which == 0) {
            ZD_TRY(read_dtype(in, tensor, &value_bytes));
        } else if (which == 1) {
            ZD_TRY(read_sizes(in, tensor->shape, ZD_TENSOR_MAX_RANK, &tensor->rank));
        } else {
            ZD_TRY(read_sizes(in, offsets, 2, &count));
        }
    } while (accept(in, ','));
    ZD_TRY(expect(in, '}'));
    if (seen != 7 || count != 2) {
        return fail_at(in, "dtype, shape and two data_offsets");
    }
    return check_tensor(in, tensor, offsets, value_bytes);
}

/** Makes room for one more element of an array that grows by doubling. */
static zd_status grow(reader *in, void **array, int count, int *capacity, size_t size)
{
    if (count < *capacity) {
        return ZD_OK;
    }
    int wanted = *capacity > 0 ? *capacity * 2 : 64;
    void *larger = zd_alloc_zeroed(in->file->ctx, (size_t) wanted, size);
    if (larger == NULL) {
        return zd_fail_memory(in->err, "the tensor list");
    }
    if (count > 0) {
        memcpy(larger, *array, (size_t) count * size);
    }
    zd_free(in->file->ctx, *array);
    *array = larger;
    *capacity = wanted;
    return ZD_OK;
}

static zd_status read_metadata(reader *in)
{
    zd_safetensors *file = in->file;
    if (file->pair_count > 0) {
        return fail_at(in, "one __metadata__");
    }
    ZD_TRY(expect(in, '{'));
    if (accept(in, '}')) {
        return ZD_OK;
    }
    do {
        void *pairs = file->pairs;
        if (file->pair_count == ZD_HEADER_MAX_PAIRS) {
            return fail_at(in, "less metadata");
        }
        ZD_TRY(grow(in, &pairs, file->pair_count, &file->pair_capacity, sizeof *file->pairs));
        file->pairs = pairs;
        zd_header_pair *pair = &file->pairs[file->pair_count];
        ZD_TRY(read_string(in, &pair->key));
        ZD_TRY(expect(in, ':'));
        ZD_TRY(read_string(in, &pair->value));
        file->pair_count++;
    } while (accept(in, ','));
    return expect(in, '}');
}

static zd_status read_entry(reader *in)
{
    zd_safetensors *file = in->file;
    const char *name;
    ZD_TRY(read_string(in, &name));
    ZD_TRY(expect(in, ':'));
    if (strcmp(name, "__metadata__") == 0) {
        return read_metadata(in);
    }
    if (strlen(name) > ZD_HEADER_MAX_NAME || file->tensor_count == ZD_HEADER_MAX_TENSORS) {
        return fail_at(in, "shorter names or fewer tensors");
    }
    void *tensors = file->tensors;
    ZD_TRY(grow(in, &tensors, file->tensor_count, &file->tensor_capacity, sizeof *file->tensors));
    file->tensors = tensors;
    zd_stored_tensor *tensor = &file->tensors[file->tensor_count];
    *tensor = (zd_stored_tensor){ .name = name };
    ZD_TRY(read_tensor(in, tensor));
    file->tensor_count++;
    return ZD_OK;
}

static zd_status read_object(reader *in)
{
    ZD_TRY(expect(in, '{'));
    if (!accept(in, '}')) {
        do {
            ZD_TRY(read_entry(in));
        } while (accept(in, ','));
        ZD_TRY(expect(in, '}'));
    }
    skip_space(in);
    return in->at == in->end ? ZD_OK : fail_at(in, "the end of the header");
}

zd_status zd_safetensors_read_header(zd_safetensors *file, zd_error *err)
{
    uint64_t length = 0;
    if (file->bytes < 8) {
        return zd_fail(err, ZD_ERR_CORRUPT, "%zu bytes are no safetensors file", file->bytes);
    }
    for (int i = 7; i >= 0; i--) {
        length = length << 8 | file->data[i];
    }
    if (length > ZD_HEADER_MAX_BYTES || length > file->bytes - 8) {
        return zd_fail(err, ZD_ERR_CORRUPT,
                       "the header claims %llu bytes of a file of %zu (at most %d are read): not a "
                       "safetensors file, or a truncated one",
                       (unsigned long long) length, file->bytes, ZD_HEADER_MAX_BYTES);
    }
    file->data_start = 8 + (size_t) length;
    file->text = zd_alloc(file->ctx, (size_t) length + 1);
    if (file->text == NULL) {
        return zd_fail_memory(err, "the weights file's header");
    }
    memcpy(file->text, file->data + 8, (size_t) length);
    file->text[length] = '\0';
    if (memchr(file->text, 0, (size_t) length) != NULL) {
        return zd_fail(err, ZD_ERR_CORRUPT, "the header holds a zero byte");
    }
    reader in = { file, file->text, file->text + length, err };
    return read_object(&in);
}
