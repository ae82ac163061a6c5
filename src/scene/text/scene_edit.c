/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* An edit is a list of splices, places of the text and what stands there instead. Statements are cut
 * into tokens again to find the places; that text has been parsed, so the lexer cannot fail on it. */

#include "scene/scene_edit.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/size.h"
#include "scene/scene_lex.h"

typedef struct splice {
    size_t begin;
    size_t end;
    const char *with; /* borrowed */
} splice;

typedef struct splice_list {
    zd_context *ctx;
    splice *items;
    int count;
    int capacity;
    bool failed;
} splice_list;

static void add_splice(splice_list *list, size_t begin, size_t end, const char *with)
{
    assert(begin <= end);
    if (list->count == list->capacity && !list->failed) {
        int capacity = zd_int_max(8, list->capacity * 2);
        splice *items = zd_alloc(list->ctx, (size_t) capacity * sizeof *items);
        list->failed = items == NULL;
        if (items != NULL) {
            if (list->count > 0) {
                memcpy(items, list->items, (size_t) list->count * sizeof *items);
            }
            zd_free(list->ctx, list->items);
            list->items = items;
            list->capacity = capacity;
        }
    }
    if (!list->failed) {
        list->items[list->count++] = (splice){ begin, end, with };
    }
}

static int by_place(const void *a, const void *b)
{
    const splice *one = a;
    const splice *other = b;
    return one->begin < other->begin ? -1 : one->begin > other->begin;
}

/* Writes the text with its splices; what lies inside one that came before is left out with it. */
static zd_status apply(const zd_scene_source *source, splice_list *list, zd_text *out,
                       zd_error *err)
{
    size_t at = 0;
    if (list->count > 1) {
        qsort(list->items, (size_t) list->count, sizeof *list->items, by_place);
    }
    for (int i = 0; i < list->count; i++) {
        const splice *s = &list->items[i];
        if (s->begin < at) {
            continue;
        }
        zd_text_add_bytes(out, source->text + at, s->begin - at);
        zd_text_add(out, s->with);
        at = s->end;
    }
    zd_text_add_bytes(out, source->text + at, source->bytes - at);
    zd_free(list->ctx, list->items);
    return list->failed ? zd_fail_memory(err, "a scene") : zd_text_finish(out, "a scene", err);
}

/* ---- finding places ---- */

static void step(zd_lexer *lexer)
{
    if (zd_lexer_next(lexer, NULL) != ZD_OK) {
        lexer->token.kind = ZD_TOKEN_END;
    }
}

static void start_at(zd_lexer *lexer, const zd_scene_source *source, size_t begin)
{
    *lexer = (zd_lexer){
        .scene = source->scene, .text = source->text, .bytes = source->bytes, .at = begin
    };
    step(lexer);
}

/* The keys of a statement, one after the other. */
typedef struct key_cursor {
    zd_lexer lexer;
    zd_scene_kind kind;
    zd_token name; /* of the node; none of a frame */
    int key;
    size_t begin; /* of the key's word */
    size_t value_begin;
    size_t value_end;
    size_t last_end; /* of the last token before the current one */
} key_cursor;

static void open_node(key_cursor *cursor, const zd_scene_source *source, const zd_scene_node *node)
{
    start_at(&cursor->lexer, source, node->begin);
    cursor->kind = node->kind;
    step(&cursor->lexer);
    cursor->name = cursor->lexer.token;
    if (node->kind != ZD_SCENE_NODE_FRAME) {
        step(&cursor->lexer);
    }
    cursor->last_end = cursor->lexer.token.end;
    step(&cursor->lexer); /* past the brace */
}

static bool is_word(const zd_lexer *lexer)
{
    return lexer->token.kind == ZD_TOKEN_WORD || lexer->token.kind == ZD_TOKEN_STRING;
}

/* Whether the current token belongs to a value of which `taken` tokens are read. */
static bool is_of_value(const key_cursor *cursor, const zd_scene_key *key, int taken, bool is_all)
{
    const zd_token *token = &cursor->lexer.token;
    if (!is_word(&cursor->lexer)) {
        return false;
    }
    switch (key->kind) {
    case ZD_SCENE_VALUE_NUMBER:
        return taken < key->count;
    case ZD_SCENE_VALUE_CHOICE:
    case ZD_SCENE_VALUE_TEXT:
    case ZD_SCENE_VALUE_NODE:
        return taken < 1;
    case ZD_SCENE_VALUE_NODES:
        return !is_all && (token->kind == ZD_TOKEN_STRING ||
                           zd_scene_node_find_key(cursor->kind, token->text, token->length) < 0);
    case ZD_SCENE_VALUE_PASSES:
        return zd_scene_key_find_choice(key, token->text, token->length) >= 0;
    }
    return false;
}

static bool next_key(key_cursor *cursor)
{
    int count = 0;
    const zd_scene_key *keys = zd_scene_node_keys(cursor->kind, &count);
    const zd_token *token = &cursor->lexer.token;
    cursor->key = token->kind == ZD_TOKEN_WORD
                      ? zd_scene_node_find_key(cursor->kind, token->text, token->length)
                      : -1;
    if (cursor->key < 0) {
        return false;
    }
    cursor->begin = token->begin;
    step(&cursor->lexer);
    cursor->value_begin = token->begin;
    bool is_all = false;
    for (int taken = 0; is_of_value(cursor, &keys[cursor->key], taken, is_all); taken++) {
        is_all = taken == 0 && zd_token_is(token, "all");
        cursor->value_end = token->end;
        step(&cursor->lexer);
    }
    cursor->last_end = cursor->value_end;
    return true;
}

/* An "anim NODE.KEY.x { ... }". */
typedef struct anim_span {
    zd_token target;
    size_t begin;
    size_t end;
} anim_span;

static bool next_anim(zd_lexer *lexer, anim_span *out)
{
    while (lexer->token.kind != ZD_TOKEN_END) {
        zd_token first = lexer->token;
        bool is_anim = zd_token_is(&first, "anim");
        step(lexer);
        out->target = lexer->token;
        if (zd_token_is(&first, "zscene") || zd_token_is(&first, "mode")) {
            step(lexer);
            continue;
        }
        while (lexer->token.kind != ZD_TOKEN_CLOSE && lexer->token.kind != ZD_TOKEN_END) {
            step(lexer);
        }
        out->begin = first.begin;
        out->end = lexer->token.end;
        step(lexer);
        if (is_anim) {
            return true;
        }
    }
    return false;
}

/* Whether a target begins with "NAME.". */
static bool is_anim_of(const anim_span *anim, const char *name)
{
    size_t length = strlen(name);
    return anim->target.length > length && anim->target.text[length] == '.' &&
           memcmp(anim->target.text, name, length) == 0;
}

/* Widens a span over the space before it, and over its line where nothing else is left on it. */
static void widen(const zd_scene_source *source, size_t *begin, size_t *end)
{
    const char *text = source->text;
    size_t from = *begin;
    size_t to = *end;
    while (from > 0 && (text[from - 1] == ' ' || text[from - 1] == '\t')) {
        from--;
    }
    while (to < source->bytes && (text[to] == ' ' || text[to] == '\t' || text[to] == '\r')) {
        to++;
    }
    bool starts_line = from == 0 || text[from - 1] == '\n';
    bool ends_line = to >= source->bytes || text[to] == '\n';
    if (starts_line && ends_line) {
        *begin = from;
        *end = to < source->bytes ? to + 1 : to;
    } else if (!starts_line) {
        *begin = from;
    }
}

static void cut(splice_list *list, const zd_scene_source *source, size_t begin, size_t end)
{
    widen(source, &begin, &end);
    add_splice(list, begin, end, "");
}

/* ---- values ---- */

static void add_name(zd_scene_kind kind, const char *name, size_t length, zd_text *out)
{
    bool needs_quotes = zd_scene_node_find_key(kind, name, length) >= 0;
    zd_text_add(out, needs_quotes ? "\"" : "");
    zd_text_add_bytes(out, name, length);
    zd_text_add(out, needs_quotes ? "\"" : "");
}

static void add_names(zd_scene_kind kind, const char *names, zd_text *out)
{
    while (*names != '\0') {
        size_t length = strcspn(names, " ");
        if (length > 0) {
            zd_text_add(out, out->length > 0 ? " " : "");
            add_name(kind, names, length, out);
        }
        names += length + strspn(names + length, " ");
    }
}

/* The value as the file has it. */
static zd_status make_value(zd_scene_kind kind, const zd_scene_key *key, const char *value,
                            zd_text *out, zd_error *err)
{
    bool is_text = key->kind == ZD_SCENE_VALUE_TEXT;
    for (const char *c = value; *c != '\0'; c++) {
        if ((unsigned char) *c < 0x20 || *c == '"' || (!is_text && strchr("{}#", *c) != NULL)) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                           "%s cannot hold the character '%c' (0x%02x)", key->name,
                           (unsigned char) *c < 0x20 ? '?' : *c, (unsigned char) *c);
        }
    }
    if (is_text) {
        zd_text_format(out, "\"%s\"", value);
    } else if (key->kind == ZD_SCENE_VALUE_NODE || key->kind == ZD_SCENE_VALUE_NODES) {
        add_names(kind, value, out);
    } else {
        zd_text_add(out, value);
    }
    return out->length > 0 || out->failed
               ? zd_text_finish(out, "a value", err)
               : zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%s has no value", key->name);
}

/* Where a new key goes, and what stands around it: on a line of its own in a statement of several
 * lines, behind their comments, else at the end of the one line. */
static size_t place_key(const zd_scene_source *source, const key_cursor *cursor, const char *word,
                        const zd_text *value, zd_text *made)
{
    size_t close = cursor->lexer.token.begin;
    size_t line_end = close;
    while (line_end > cursor->last_end && source->text[line_end] != '\n') {
        line_end--;
    }
    bool has_lines = source->text[line_end] == '\n';
    zd_text_format(made, has_lines ? "\n    %s %s" : " %s %s", word, value->data);
    if (!has_lines && close == cursor->last_end) {
        zd_text_add(made, " ");
    }
    return has_lines ? line_end : cursor->last_end;
}

static zd_status set_in_statement(const zd_scene_source *source, int node, int key,
                                  const zd_text *value, zd_text *out, zd_error *err)
{
    int count = 0;
    const zd_scene_node *changed = &source->scene->nodes[node];
    const char *word = zd_scene_node_keys(changed->kind, &count)[key].name;
    splice_list list = { .ctx = source->scene->ctx };
    key_cursor cursor;
    zd_text made;
    bool found = false;
    zd_text_init(&made, source->scene->ctx);
    open_node(&cursor, source, changed);
    while (!found && next_key(&cursor)) {
        found = cursor.key == key;
    }
    if (found && value->data == NULL) {
        cut(&list, source, cursor.begin, cursor.value_end);
    } else if (found) {
        add_splice(&list, cursor.value_begin, cursor.value_end, value->data);
    } else if (value->data != NULL) {
        size_t at = place_key(source, &cursor, word, value, &made);
        add_splice(&list, at, at, made.data != NULL ? made.data : "");
    }
    list.failed = list.failed || made.failed;
    zd_status status = apply(source, &list, out, err);
    zd_text_release(&made);
    return status;
}

/* The frame of a file that has none is written after the file's first statement, "zscene 1". */
static zd_status set_new_frame(const zd_scene_source *source, int key, const zd_text *value,
                               zd_text *out, zd_error *err)
{
    int count = 0;
    zd_lexer lexer;
    start_at(&lexer, source, 0);
    step(&lexer);
    zd_text_add_bytes(out, source->text, lexer.token.end);
    if (value->data != NULL) {
        zd_text_format(out, "\nframe { %s %s }",
                       zd_scene_node_keys(ZD_SCENE_NODE_FRAME, &count)[key].name, value->data);
    }
    zd_text_add_bytes(out, source->text + lexer.token.end, source->bytes - lexer.token.end);
    return zd_text_finish(out, "a scene", err);
}

zd_status zd_scene_edit_set(const zd_scene_source *source, int node, int key, const char *value,
                            zd_text *out, zd_error *err)
{
    int count = 0;
    const zd_scene_node *changed = &source->scene->nodes[node];
    const zd_scene_key *keys = zd_scene_node_keys(changed->kind, &count);
    zd_text made;
    zd_text_init(&made, source->scene->ctx);
    zd_status status =
        value == NULL ? ZD_OK : make_value(changed->kind, &keys[key], value, &made, err);
    if (status == ZD_OK) {
        status = changed->end > changed->begin
                     ? set_in_statement(source, node, key, &made, out, err)
                     : set_new_frame(source, key, &made, out, err);
    }
    zd_text_release(&made);
    return status;
}

/* ---- nodes ---- */

zd_status zd_scene_edit_add(const zd_scene_source *source, zd_scene_kind kind, const char *name,
                            zd_text *out, zd_error *err)
{
    zd_text_add_bytes(out, source->text, source->bytes);
    zd_text_add(out, source->bytes > 0 && source->text[source->bytes - 1] != '\n' ? "\n" : "");
    zd_text_format(out, "%s %s { }\n", zd_scene_node_kind_name(kind), name);
    return zd_text_finish(out, "a scene", err);
}

static bool lies_on(const zd_scene_node *node, int object)
{
    int key = node->kind == ZD_SCENE_NODE_ZDEPTH      ? ZD_SCENE_ZDEPTH_ON
              : node->kind == ZD_SCENE_NODE_NORMALMAP ? ZD_SCENE_NORMALMAP_ON
              : node->kind == ZD_SCENE_NODE_AOV       ? ZD_SCENE_AOV_ON
                                                      : -1;
    return key >= 0 && zd_scene_node_ref(node, key) == object;
}

/* What happens to the links of a node that stays. */
typedef struct relink {
    const bool *doomed;   /* NULL: a rename */
    int node;             /* that is renamed or removed */
    const char *new_name; /* of a rename */
    const char *parent;   /* of the removed node; NULL: none */
} relink;

static void relink_list(const zd_scene_source *source, const key_cursor *cursor,
                        const zd_scene_value *value, const relink *how, splice_list *list)
{
    int left = 0;
    for (int i = 0; i < value->ref_count && how->doomed != NULL; i++) {
        left += !how->doomed[value->refs[i].node];
    }
    if (how->doomed != NULL && left == 0) {
        cut(list, source, cursor->begin, cursor->value_end);
        return;
    }
    zd_lexer lexer;
    start_at(&lexer, source, cursor->value_begin);
    for (int i = 0; i < value->ref_count; i++) {
        int to = value->refs[i].node;
        size_t begin = lexer.token.begin;
        size_t end = lexer.token.end;
        if (how->doomed != NULL && how->doomed[to]) {
            cut(list, source, begin, end);
        } else if (how->doomed == NULL && to == how->node) {
            add_splice(list, begin, end, how->new_name);
        }
        step(&lexer);
    }
}

static void relink_one(const zd_scene_source *source, const key_cursor *cursor,
                       const zd_scene_key *key, const zd_scene_name_ref *ref, const relink *how,
                       splice_list *list)
{
    const zd_scene_node *target = &source->scene->nodes[ref->node];
    bool by_number = strcmp(ref->name, target->name) != 0;
    if (how->doomed != NULL && how->doomed[ref->node]) {
        bool is_parent = strcmp(key->name, "parent") == 0 && ref->node == how->node;
        if (is_parent && how->parent != NULL) {
            add_splice(list, cursor->value_begin, cursor->value_end, how->parent);
        } else {
            cut(list, source, cursor->begin, cursor->value_end);
        }
    } else if (how->doomed != NULL && by_number) {
        add_splice(list, cursor->value_begin, cursor->value_end, target->name);
    } else if (how->doomed == NULL && ref->node == how->node && !by_number) {
        add_splice(list, cursor->value_begin, cursor->value_end, how->new_name);
    }
}

static void relink_node(const zd_scene_source *source, int node, const relink *how,
                        splice_list *list)
{
    int count = 0;
    const zd_scene_node *linked = &source->scene->nodes[node];
    const zd_scene_key *keys = zd_scene_node_keys(linked->kind, &count);
    key_cursor cursor;
    if (linked->end <= linked->begin) {
        return;
    }
    open_node(&cursor, source, linked);
    if (how->doomed == NULL && node == how->node) {
        add_splice(list, cursor.name.begin, cursor.name.end, how->new_name);
    }
    while (next_key(&cursor)) {
        const zd_scene_value *value = &linked->values[cursor.key];
        if (keys[cursor.key].kind == ZD_SCENE_VALUE_NODE && value->ref_count == 1) {
            relink_one(source, &cursor, &keys[cursor.key], &value->refs[0], how, list);
        } else if (keys[cursor.key].kind == ZD_SCENE_VALUE_NODES && value->ref_count > 0) {
            relink_list(source, &cursor, value, how, list);
        }
    }
}

zd_status zd_scene_edit_remove(const zd_scene_source *source, int node, zd_text *out, zd_error *err)
{
    assert(node >= 0 && node < source->scene->node_count);
    zd_scene *scene = source->scene;
    splice_list list = { .ctx = scene->ctx };
    zd_lexer lexer;
    anim_span anim;
    int parent = zd_scene_parent(scene, node);
    if (node < 1) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "the frame of a scene cannot be removed");
    }
    bool *doomed = zd_alloc_zeroed(scene->ctx, (size_t) scene->node_count, sizeof *doomed);
    if (doomed == NULL) {
        return zd_fail_memory(err, "a scene");
    }
    relink how = { doomed, node, NULL, parent >= 0 ? scene->nodes[parent].name : NULL };
    for (int i = 1; i < scene->node_count; i++) {
        doomed[i] = i == node || lies_on(&scene->nodes[i], node);
        if (doomed[i]) {
            cut(&list, source, scene->nodes[i].begin, scene->nodes[i].end);
        }
    }
    for (int i = 1; i < scene->node_count; i++) {
        if (!doomed[i]) {
            relink_node(source, i, &how, &list);
        }
    }
    start_at(&lexer, source, 0);
    while (next_anim(&lexer, &anim)) {
        for (int i = 1; i < scene->node_count; i++) {
            if (doomed[i] && is_anim_of(&anim, scene->nodes[i].name)) {
                cut(&list, source, anim.begin, anim.end);
            }
        }
    }
    zd_free(scene->ctx, doomed);
    return apply(source, &list, out, err);
}

zd_status zd_scene_edit_rename(const zd_scene_source *source, int node, const char *name,
                               zd_text *out, zd_error *err)
{
    assert(node >= 0 && node < source->scene->node_count);
    zd_scene *scene = source->scene;
    splice_list list = { .ctx = scene->ctx };
    relink how = { .node = node, .new_name = name };
    zd_lexer lexer;
    anim_span anim;
    for (const char *c = name; *c != '\0'; c++) {
        if ((unsigned char) *c <= ' ' || strchr("{}#\"", *c) != NULL) {
            return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                           "'%.60s' is no name; use letters, digits, '_' and '-'", name);
        }
    }
    for (int i = 0; i < scene->node_count; i++) {
        relink_node(source, i, &how, &list);
    }
    start_at(&lexer, source, 0);
    while (next_anim(&lexer, &anim)) {
        if (is_anim_of(&anim, scene->nodes[node].name)) {
            size_t length = strlen(scene->nodes[node].name);
            add_splice(&list, anim.target.begin, anim.target.begin + length, name);
        }
    }
    return apply(source, &list, out, err);
}

/* ---- keyframes ---- */

static void write_keyframes(const char *target, const zd_keyframe *keys, int count, zd_text *out)
{
    static const char *const names[] = { "", " hold", " smooth" };
    zd_text_format(out, "\nanim %s {", target);
    for (int i = 0; i < count; i++) {
        zd_text_add(out, " ");
        zd_scene_write_number(out, keys[i].frame);
        zd_text_add(out, " ");
        zd_scene_write_number(out, keys[i].value);
        zd_text_add(out, names[keys[i].interp]);
    }
    zd_text_add(out, " }");
}

zd_status zd_scene_edit_keyframes(const zd_scene_source *source, int node, int key, int component,
                                  const zd_keyframe *keys, int count, zd_text *out, zd_error *err)
{
    assert(node >= 0 && node < source->scene->node_count);
    int key_count = 0;
    const zd_scene_node *changed = &source->scene->nodes[node];
    const zd_scene_key *table = &zd_scene_node_keys(changed->kind, &key_count)[key];
    splice_list list = { .ctx = source->scene->ctx };
    zd_lexer lexer;
    anim_span anim;
    zd_text target;
    zd_text made;
    bool found = false;
    zd_text_init(&target, source->scene->ctx);
    zd_text_init(&made, source->scene->ctx);
    zd_text_format(&target, "%s.%s", changed->name, table->name);
    if (table->count > 1) {
        zd_text_format(&target, ".%c", "xyzw"[component]);
    }
    const char *name = target.data != NULL ? target.data : "";
    write_keyframes(name, keys, count, &made);
    const char *statement = made.data != NULL ? made.data : "\n";
    start_at(&lexer, source, 0);
    while (next_anim(&lexer, &anim)) {
        if (anim.target.length == strlen(name) &&
            memcmp(anim.target.text, name, anim.target.length) == 0) {
            if (found || count == 0) {
                cut(&list, source, anim.begin, anim.end);
            } else {
                add_splice(&list, anim.begin, anim.end, statement + 1);
            }
            found = true;
        }
    }
    if (!found && count > 0) {
        add_splice(&list, changed->end, changed->end, statement);
    }
    list.failed = list.failed || target.failed || made.failed;
    zd_status status = apply(source, &list, out, err);
    zd_text_release(&target);
    zd_text_release(&made);
    return status;
}
