/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include "model/graph.h"

#include <stdlib.h>
#include <string.h>

typedef enum field_id {
    FIELD_C,
    FIELD_K,
    FIELD_S,
    FIELD_P,
    FIELD_O,
    FIELD_G,
    FIELD_HEADS,
    FIELD_CHANNEL,
    FIELD_FACTOR,
    FIELD_BIAS,
    FIELD_GAIN,
    FIELD_EPS,
    FIELD_FLAT,
    FIELD_COUNT_NUMBERS,
    FIELD_ACT = FIELD_COUNT_NUMBERS,
    FIELD_PRE,
    FIELD_LIKE,
    FIELD_W,
    FIELD_SCALE,
} field_id;

typedef struct field_rule {
    const char *key;
    field_id id;
    int low; /* of numbers */
    int high;
} field_rule;

static const field_rule field_rules[] = {
    { "c", FIELD_C, 1, 16 },
    { "k", FIELD_K, 1, 16 },
    { "s", FIELD_S, 1, 16 },
    { "p", FIELD_P, 0, 8 },
    { "o", FIELD_O, 1, ZD_GRAPH_MAX_CHANNELS },
    { "g", FIELD_G, 1, ZD_GRAPH_MAX_CHANNELS },
    { "heads", FIELD_HEADS, 1, 256 },
    { "channel", FIELD_CHANNEL, 0, ZD_GRAPH_MAX_CHANNELS },
    { "factor", FIELD_FACTOR, 1, 16 },
    { "bias", FIELD_BIAS, 0, 1 },
    { "gain", FIELD_GAIN, 1, 100000 },
    { "eps", FIELD_EPS, 1, 12 },
    { "flat", FIELD_FLAT, 0, 1 },
    { "act", FIELD_ACT, 0, 0 },
    { "pre", FIELD_PRE, 0, 0 },
    { "like", FIELD_LIKE, 0, 0 },
    { "w", FIELD_W, 0, 0 },
    { "scale", FIELD_SCALE, 0, 0 },
};

enum { FIELD_RULES = (int) (sizeof field_rules / sizeof field_rules[0]) };

/** What an operator looks like: its inputs and the fields it may have, as bits of field_id. */
typedef struct op_rule {
    const char *name;
    int low_inputs;
    int high_inputs;
    unsigned needs;
    unsigned allows;
} op_rule;

#define BIT(field) (1U << (field))

static const op_rule op_rules[] = {
    [ZD_OP_INPUT] = { "input", 0, 0, BIT(FIELD_C), 0 },
    [ZD_OP_CONV] = { "conv", 1, 1, BIT(FIELD_K) | BIT(FIELD_O),
                     BIT(FIELD_S) | BIT(FIELD_P) | BIT(FIELD_G) | BIT(FIELD_BIAS) | BIT(FIELD_PRE) |
                         BIT(FIELD_W) | BIT(FIELD_SCALE) },
    [ZD_OP_CONVT] = { "convt", 1, 1, BIT(FIELD_K) | BIT(FIELD_O), BIT(FIELD_BIAS) | BIT(FIELD_W) },
    [ZD_OP_ADD] = { "add", 2, 2, 0, 0 },
    [ZD_OP_MUL] = { "mul", 2, 2, 0, 0 },
    [ZD_OP_CAT] = { "cat", 2, ZD_GRAPH_MAX_INPUTS, 0, 0 },
    [ZD_OP_UP2] = { "up2", 1, 1, 0, 0 },
    [ZD_OP_RESIZE] = { "resize", 1, 1, 0, BIT(FIELD_FACTOR) | BIT(FIELD_LIKE) },
    [ZD_OP_AVG2] = { "avg2", 1, 1, 0, 0 },
    [ZD_OP_MAX2] = { "max2", 1, 1, 0, 0 },
    [ZD_OP_GAP] = { "gap", 1, 1, 0, 0 },
    [ZD_OP_TOKENS] = { "tokens", 1, 1, 0, BIT(FIELD_W) },
    [ZD_OP_GRID] = { "grid", 1, 1, BIT(FIELD_LIKE), 0 },
    [ZD_OP_SHAPE] = { "shape", 1, 1, 0, BIT(FIELD_LIKE) },
    [ZD_OP_HOLD] = { "hold", 1, 1, 0, 0 },
    [ZD_OP_MARK] = { "mark", 1, 1, 0, BIT(FIELD_W) },
    [ZD_OP_FIRST] = { "first", 1, 1, 0, 0 },
    [ZD_OP_NORM] = { "norm", 1, 1, 0, BIT(FIELD_W) | BIT(FIELD_EPS) },
    [ZD_OP_GROUP_NORM] = { "groupnorm", 1, 1, BIT(FIELD_G), BIT(FIELD_W) | BIT(FIELD_EPS) },
    [ZD_OP_HEAD_NORM] = { "headnorm", 1, 1, BIT(FIELD_HEADS), BIT(FIELD_W) | BIT(FIELD_EPS) },
    [ZD_OP_ROPE] = { "rope", 1, 1, BIT(FIELD_HEADS) | BIT(FIELD_LIKE), BIT(FIELD_FLAT) },
    [ZD_OP_PLACE] = { "place", 1, 1, 0, 0 },
    [ZD_OP_GEGLU] = { "geglu", 1, 1, 0, 0 },
    [ZD_OP_TIME] = { "time", 1, 1, BIT(FIELD_HEADS), BIT(FIELD_W) },
    [ZD_OP_PRELU] = { "prelu", 1, 1, 0, BIT(FIELD_W) },
    [ZD_OP_ATTENTION] = { "attention", 1, 1, BIT(FIELD_HEADS), 0 },
    [ZD_OP_OUTPUT] = { "output", 1, 1, BIT(FIELD_CHANNEL), BIT(FIELD_GAIN) },
    [ZD_OP_RESULT] = { "result", 1, 1, 0, 0 },
};

enum { OP_RULES = (int) (sizeof op_rules / sizeof op_rules[0]) };

const char *zd_op_kind_name(zd_op_kind kind)
{
    return op_rules[kind].name;
}

typedef struct line_reader {
    zd_graph *graph;
    zd_op *op;
    int line;
    int numbers[FIELD_COUNT_NUMBERS];
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

static zd_status read_word_field(line_reader *in, field_id id, const char *value)
{
    zd_op *op = in->op;
    if (id == FIELD_ACT) {
        return read_act(in, value);
    }
    if (id == FIELD_PRE) {
        op->input_relu = true;
        return strcmp(value, "relu") == 0 ? ZD_OK : fail_line(in, "unknown activation", value);
    }
    if (!is_name(value)) {
        return fail_line(in, "not a name:", value);
    }
    if (id == FIELD_LIKE) {
        op->like = find_tensor(in->graph, value);
        return op->like >= 0 ? ZD_OK : fail_line(in, "no earlier tensor", value);
    }
    if (id == FIELD_W) {
        op->weight = value;
    } else {
        op->scale = value;
    }
    return ZD_OK;
}

static zd_status read_field(line_reader *in, char *text, char *equals)
{
    const field_rule *rule = NULL;
    const op_rule *allowed = &op_rules[in->op->kind];
    *equals = '\0';
    for (int i = 0; i < FIELD_RULES; i++) {
        if (strcmp(field_rules[i].key, text) == 0) {
            rule = &field_rules[i];
        }
    }
    if (rule == NULL || ((allowed->needs | allowed->allows | BIT(FIELD_ACT)) & BIT(rule->id)) == 0)
    {
        return fail_line(in, "unknown parameter", text);
    }
    if ((in->seen & BIT(rule->id)) != 0) {
        return fail_line(in, "repeated parameter", text);
    }
    in->seen |= BIT(rule->id);
    if (rule->id >= FIELD_COUNT_NUMBERS) {
        return read_word_field(in, rule->id, equals + 1);
    }
    return read_number(equals + 1, rule->low, rule->high, &in->numbers[rule->id])
               ? ZD_OK
               : fail_line(in, "value out of range:", equals + 1);
}

static int number_or(const line_reader *in, field_id id, int otherwise)
{
    return (in->seen & BIT(id)) != 0 ? in->numbers[id] : otherwise;
}

/** Moves what was read into the operator and works out its channels. */
static zd_status complete(line_reader *in)
{
    zd_op *op = in->op;
    const zd_op *ops = in->graph->ops;
    int from = op->input_count > 0 ? ops[op->inputs[0]].channels : 0;
    op->kernel = number_or(in, FIELD_K, 1);
    op->stride = op->kind == ZD_OP_CONVT ? op->kernel : number_or(in, FIELD_S, 1);
    op->padding = number_or(in, FIELD_P, op->kind == ZD_OP_CONV ? op->kernel / 2 : 0);
    op->groups = number_or(in, FIELD_G, 1);
    op->heads = number_or(in, FIELD_HEADS, 1);
    op->channel = number_or(in, FIELD_CHANNEL, 0);
    op->factor = number_or(in, FIELD_FACTOR, 0);
    op->has_bias = number_or(in, FIELD_BIAS, 1) != 0;
    op->gain = (float) number_or(in, FIELD_GAIN, 1);
    op->channels = number_or(in, op->kind == ZD_OP_INPUT ? FIELD_C : FIELD_O, from);
    if (op->weight == NULL) {
        op->weight = op->name;
    }
    op->epsilon = number_or(in, FIELD_EPS, 6);
    op->is_flat = number_or(in, FIELD_FLAT, 0) != 0;
    bool is_attention = op->kind == ZD_OP_ATTENTION || op->kind == ZD_OP_TIME;
    bool has_heads = is_attention || op->kind == ZD_OP_HEAD_NORM || op->kind == ZD_OP_ROPE;
    int size = from / 3 / op->heads; /* of a head */
    if (has_heads && (from != 3 * size * op->heads || (op->kind == ZD_OP_ROPE && size % 4 != 0))) {
        return fail_line(in, "heads do not divide the channels of", op->name);
    }
    if (is_attention) {
        op->channels = from / 3;
    } else if (op->kind == ZD_OP_GEGLU) {
        op->channels = from / 2;
        if (from % 2 != 0) {
            return fail_line(in, "an odd number of channels in", op->name);
        }
    } else if (op->kind == ZD_OP_CAT) {
        for (int i = 1; i < op->input_count; i++) {
            op->channels += ops[op->inputs[i]].channels;
        }
        if (op->channels > ZD_GRAPH_MAX_CHANNELS) {
            return fail_line(in, "too many channels in", op->name);
        }
    } else if (op->kind == ZD_OP_OUTPUT) {
        op->channels = 1;
        if (op->channel >= from) {
            return fail_line(in, "no such channel for", op->name);
        }
    }
    if (op->kind == ZD_OP_GROUP_NORM && from % op->groups != 0) {
        return fail_line(in, "groups do not divide the channels of", op->name);
    }
    if (op->kind == ZD_OP_PLACE && from % 4 != 0) {
        return fail_line(in, "channels are no multiple of 4 in", op->name);
    }
    if (op->kind == ZD_OP_CONV && op->groups > 1 &&
        (op->groups != from || op->channels != from || op->kernel == 1))
    {
        return fail_line(in, "groups of one channel and a kernel above 1 are needed by", op->name);
    }
    bool pairwise = op->kind == ZD_OP_ADD || op->kind == ZD_OP_MUL;
    if (pairwise && ops[op->inputs[1]].channels != from) {
        return fail_line(in, "channels differ in", op->name);
    }
    if (op->kind == ZD_OP_RESIZE && (op->factor == 0) == (op->like < 0)) {
        return fail_line(in, "either factor or like is needed by", op->name);
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
    int which = 0;
    while (which < OP_RULES && strcmp(op_rules[which].name, kind) != 0) {
        which++;
    }
    if (which == OP_RULES) {
        return fail_line(in, "unknown operator", kind);
    }
    in->op->kind = (zd_op_kind) which;
    in->op->like = -1;
    if (name == NULL || !is_name(name) || find_tensor(in->graph, name) >= 0) {
        return fail_line(in, "bad or repeated name", name != NULL ? name : "");
    }
    in->op->name = name;
    return ZD_OK;
}

/** Whether nothing can read an operator's result. */
static bool is_end(zd_op_kind kind)
{
    return kind == ZD_OP_OUTPUT || kind == ZD_OP_RESULT;
}

static zd_status read_line(line_reader *in, char *line)
{
    char *at = line;
    char *word;
    zd_op *op = in->op;
    ZD_TRY(read_head(in, &at));
    const op_rule *rule = &op_rules[op->kind];
    while ((word = next_word(&at)) != NULL) {
        char *equals = strchr(word, '=');
        if (equals != NULL) {
            ZD_TRY(read_field(in, word, equals));
            continue;
        }
        int index = find_tensor(in->graph, word);
        if (index < 0 || is_end(in->graph->ops[index].kind)) {
            return fail_line(in, "no earlier tensor", word);
        }
        if (op->input_count == rule->high_inputs) {
            return fail_line(in, "too many inputs for", op->name);
        }
        op->inputs[op->input_count++] = index;
    }
    if (op->input_count < rule->low_inputs || (in->seen & rule->needs) != rule->needs) {
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
    return graph->count > 0 && is_end(graph->ops[graph->count - 1].kind)
               ? ZD_OK
               : zd_fail(err, ZD_ERR_UNSUPPORTED, "the operator list does not end in an output");
}

zd_status zd_graph_parse(zd_context *ctx, const char *text, zd_graph *out, zd_error *err)
{
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
