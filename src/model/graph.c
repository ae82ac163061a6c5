/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
/* Reads an operator list (models/EMBEDDED_FORMAT.md) into a graph: each line by the rules of its operator's
 * row, fields in their ranges, inputs made before. The list comes from a file and is hostile until read. */

#include "model/graph.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/require.h"
#include "model/operator.h"

typedef struct field_rule {
    const char *key;
    zd_op_field id;
    int low; /* of numbers */
    int high;
} field_rule;

static const field_rule field_rules[] = {
    { "c", ZD_OP_FIELD_C, 1, 16 },
    { "k", ZD_OP_FIELD_K, 1, 16 },
    { "s", ZD_OP_FIELD_S, 1, 16 },
    { "p", ZD_OP_FIELD_P, 0, 8 },
    { "o", ZD_OP_FIELD_O, 1, ZD_GRAPH_MAX_CHANNELS },
    { "g", ZD_OP_FIELD_G, 1, ZD_GRAPH_MAX_CHANNELS },
    { "heads", ZD_OP_FIELD_HEADS, 1, 256 },
    { "channel", ZD_OP_FIELD_CHANNEL, 0, ZD_GRAPH_MAX_CHANNELS },
    { "factor", ZD_OP_FIELD_FACTOR, 1, 16 },
    { "bias", ZD_OP_FIELD_BIAS, 0, 1 },
    { "gain", ZD_OP_FIELD_GAIN, 1, 100000 },
    { "eps", ZD_OP_FIELD_EPS, 1, 12 },
    { "flat", ZD_OP_FIELD_FLAT, 0, 1 },
    { "act", ZD_OP_FIELD_ACT, 0, 0 },
    { "pre", ZD_OP_FIELD_PRE, 0, 0 },
    { "like", ZD_OP_FIELD_LIKE, 0, 0 },
    { "w", ZD_OP_FIELD_W, 0, 0 },
    { "scale", ZD_OP_FIELD_SCALE, 0, 0 },
    { "pad", ZD_OP_FIELD_PAD, 0, 0 },
};

enum { FIELD_RULES = (int) (sizeof field_rules / sizeof field_rules[0]) };

#define BIT(field) (1U << (field))

typedef struct line_reader {
    zd_graph *graph;
    zd_op *op;
    int line;
    int numbers[ZD_OP_FIELD_NUMBERS];
    unsigned seen;
    zd_error *err;
} line_reader;

static zd_status fail_line(const line_reader *in, const char *what, const char *value)
{
    return zd_fail(in->err, ZD_ERR_UNSUPPORTED, "operator list, line %d: %s '%.60s'", in->line,
                   what, value);
}

static int find_tensor(const zd_graph *graph, const char *name)
{
    for (int i = 0; i < graph->count; i++) {
        if (strcmp(graph->ops[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

static bool is_name(const char *text)
{
    size_t length = strlen(text);
    return length > 0 && length <= 128 &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") ==
               length;
}

static bool read_number(const char *text, int low, int high, int *out)
{
    char *end;
    if (*text < '0' || *text > '9' || strlen(text) > 6) {
        return false;
    }
    long value = strtol(text, &end, 10);
    *out = (int) value;
    return *end == '\0' && value >= low && value <= high;
}

static zd_status read_act(line_reader *in, const char *value)
{
    static const char *const names[ZD_ACT_COUNT] = { "none",  "relu", "sigmoid", "gelu",
                                                     "relu6", "exp",  "exp1" };
    for (int i = 1; i < ZD_ACT_COUNT; i++) {
        if (strcmp(value, names[i]) == 0) {
            in->op->act = (zd_act) i;
            return ZD_OK;
        }
    }
    return fail_line(in, "unknown activation", value);
}

static zd_status read_word_field(line_reader *in, zd_op_field id, const char *value)
{
    zd_op *op = in->op;
    if (id == ZD_OP_FIELD_ACT) {
        return read_act(in, value);
    }
    if (id == ZD_OP_FIELD_PRE) {
        op->input_relu = true;
        return strcmp(value, "relu") == 0 ? ZD_OK : fail_line(in, "unknown activation", value);
    }
    if (id == ZD_OP_FIELD_PAD) {
        op->is_mirrored = true;
        return strcmp(value, "reflect") == 0 ? ZD_OK : fail_line(in, "unknown border", value);
    }
    if (!is_name(value)) {
        return fail_line(in, "not a name:", value);
    }
    if (id == ZD_OP_FIELD_LIKE) {
        op->like = find_tensor(in->graph, value);
        return op->like >= 0 ? ZD_OK : fail_line(in, "no earlier tensor", value);
    }
    if (id == ZD_OP_FIELD_W) {
        op->weight = value;
    } else {
        op->scale = value;
    }
    return ZD_OK;
}

static zd_status read_field(line_reader *in, char *text, char *equals)
{
    const field_rule *rule = NULL;
    const zd_op_type *allowed = zd_op_type_of(in->op);
    *equals = '\0';
    for (int i = 0; i < FIELD_RULES; i++) {
        if (strcmp(field_rules[i].key, text) == 0) {
            rule = &field_rules[i];
        }
    }
    if (rule == NULL ||
        ((allowed->needs | allowed->allows | BIT(ZD_OP_FIELD_ACT)) & BIT(rule->id)) == 0)
    {
        return fail_line(in, "unknown parameter", text);
    }
    if ((in->seen & BIT(rule->id)) != 0) {
        return fail_line(in, "repeated parameter", text);
    }
    in->seen |= BIT(rule->id);
    if (rule->id >= ZD_OP_FIELD_NUMBERS) {
        return read_word_field(in, rule->id, equals + 1);
    }
    return read_number(equals + 1, rule->low, rule->high, &in->numbers[rule->id])
               ? ZD_OK
               : fail_line(in, "value out of range:", equals + 1);
}

static int number_or(const line_reader *in, zd_op_field id, int otherwise)
{
    assert(id < ZD_OP_FIELD_NUMBERS);
    return (in->seen & BIT(id)) != 0 ? in->numbers[id] : otherwise;
}

/** Moves what was read into the operator and works out its channels. */
static zd_status complete(line_reader *in)
{
    zd_op *op = in->op;
    const zd_op *ops = in->graph->ops;
    int from = op->input_count > 0 ? ops[op->inputs[0]].channels : 0;
    op->kernel = number_or(in, ZD_OP_FIELD_K, 1);
    op->stride = op->kind == ZD_OP_CONVT ? op->kernel : number_or(in, ZD_OP_FIELD_S, 1);
    op->padding = number_or(in, ZD_OP_FIELD_P, op->kind == ZD_OP_CONV ? op->kernel / 2 : 0);
    op->groups = number_or(in, ZD_OP_FIELD_G, 1);
    op->heads = number_or(in, ZD_OP_FIELD_HEADS, 1);
    op->channel = number_or(in, ZD_OP_FIELD_CHANNEL, 0);
    op->factor = number_or(in, ZD_OP_FIELD_FACTOR, 0);
    op->has_bias = number_or(in, ZD_OP_FIELD_BIAS, 1) != 0;
    op->gain = (float) number_or(in, ZD_OP_FIELD_GAIN, 1);
    op->channels = number_or(in, op->kind == ZD_OP_INPUT ? ZD_OP_FIELD_C : ZD_OP_FIELD_O, from);
    if (op->weight == NULL) {
        op->weight = op->name;
    }
    op->epsilon = number_or(in, ZD_OP_FIELD_EPS, 6);
    op->is_flat = number_or(in, ZD_OP_FIELD_FLAT, 0) != 0;
    const zd_op_type *type = zd_op_type_of(op);
    op->is_row_local = type->rows == ZD_ROWS_SAME && !type->is_view;
    const char *wrong = type->complete != NULL ? type->complete(op, ops) : NULL;
    if (wrong != NULL) {
        return fail_line(in, wrong, op->name);
    }
    if ((op->kind == ZD_OP_INPUT) != (in->graph->count == 0) ||
        (op->kind == ZD_OP_INPUT && op->channels != 3))
    {
        return fail_line(in, "a list has one input of 3 channels, first; not", op->name);
    }
    return ZD_OK;
}

/** The next word of a line; NULL at its end. Words are separated by one blank. */
static char *next_word(char **at)
{
    char *word = *at;
    if (word == NULL) {
        return NULL;
    }
    char *blank = strchr(word, ' ');
    if (blank != NULL) {
        *blank = '\0';
        *at = blank + 1;
    } else {
        *at = NULL;
    }
    return word;
}

static zd_status read_head(line_reader *in, char **at)
{
    char *kind = next_word(at);
    char *name = next_word(at);
    in->op->kind = zd_op_find(kind);
    in->op->like = -1;
    if (in->op->kind == ZD_OP_KINDS) {
        return fail_line(in, "unknown operator", kind);
    }
    if (name == NULL || !is_name(name) || find_tensor(in->graph, name) >= 0) {
        return fail_line(in, "bad or repeated name", name != NULL ? name : "");
    }
    in->op->name = name;
    return ZD_OK;
}

static zd_status read_line(line_reader *in, char *line)
{
    char *at = line;
    char *word;
    zd_op *op = in->op;
    ZD_TRY(read_head(in, &at));
    const zd_op_type *type = zd_op_type_of(op);
    while ((word = next_word(&at)) != NULL) {
        char *equals = strchr(word, '=');
        if (equals != NULL) {
            ZD_TRY(read_field(in, word, equals));
            continue;
        }
        int index = find_tensor(in->graph, word);
        if (index < 0 || zd_op_type_of(&in->graph->ops[index])->is_end) {
            return fail_line(in, "no earlier tensor", word);
        }
        if (op->input_count == type->high_inputs) {
            return fail_line(in, "too many inputs for", op->name);
        }
        op->inputs[op->input_count++] = index;
    }
    if (op->input_count < type->low_inputs || (in->seen & type->needs) != type->needs) {
        return fail_line(in, "inputs or parameters are missing for", op->name);
    }
    return complete(in);
}

static zd_status parse_lines(zd_graph *graph, zd_error *err)
{
    int number = 0;
    for (char *line = graph->text; line != NULL && *line != '\0';) {
        char *end = strchr(line, '\n');
        if (end != NULL) {
            *end = '\0';
        }
        number++;
        if (graph->count == ZD_GRAPH_MAX_OPS) {
            return zd_fail(err, ZD_ERR_LIMIT, "the operator list has more than %d lines",
                           ZD_GRAPH_MAX_OPS);
        }
        line_reader in = {
            .graph = graph, .op = &graph->ops[graph->count], .line = number, .err = err
        };
        *in.op = (zd_op){ 0 };
        ZD_TRY(read_line(&in, line));
        graph->count++;
        line = end != NULL ? end + 1 : NULL;
    }
    return graph->count > 0 && zd_op_type_of(&graph->ops[graph->count - 1])->is_end
               ? ZD_OK
               : zd_fail(err, ZD_ERR_UNSUPPORTED, "the operator list does not end in an output");
}

zd_status zd_graph_parse(zd_context *ctx, const char *text, zd_graph *out, zd_error *err)
{
    ZD_REQUIRE(err, text != NULL);
    size_t lines = 1;
    for (const char *c = text; *c != '\0'; c++) {
        lines += *c == '\n';
    }
    *out = (zd_graph){ .ctx = ctx, .text = zd_strdup(ctx, text) };
    if (lines > ZD_GRAPH_MAX_OPS) {
        lines = ZD_GRAPH_MAX_OPS;
    }
    out->ops = zd_alloc_zeroed(ctx, lines, sizeof *out->ops);
    zd_status status = out->text != NULL && out->ops != NULL
                           ? parse_lines(out, err)
                           : zd_fail_memory(err, "the operator list");
    if (status != ZD_OK) {
        zd_graph_finish(out);
    }
    return status;
}

void zd_graph_finish(zd_graph *graph)
{
    zd_free(graph->ctx, graph->text);
    zd_free(graph->ctx, graph->ops);
    *graph = (zd_graph){ .ctx = graph->ctx };
}
