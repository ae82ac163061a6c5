/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The parser: statements "KIND NAME { KEY VALUE ... }", "anim NODE.KEY.COMPONENT { FRAME VALUE
 * ... }" and "mode timeline", after "zscene 1". What a key takes is in the tables of
 * scene_keys.c; unknown words are errors with their place. */

#include "scene/scene_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/os.h"
#include "core/require.h"
#include "core/size.h"
#include "core/words.h"
#include "scene/scene_lex.h"

enum { ZD_SCENE_VERSION = 1, MAX_REFS = 4096, MAX_KEYFRAMES = 1 << 20 };

#define FAIL_AT(lexer, err, ...) \
    zd_scene_fail((lexer)->scene, (lexer)->token.line, (lexer)->token.column, err, __VA_ARGS__)

/* For "%.*s" of a token, cut so that messages stay readable. */
#define SHOW(token) (int) ((token).length < 60 ? (token).length : 60), (token).text

static zd_status check_number(zd_lexer *lexer, const zd_scene_key *key, double value, zd_error *err)
{
    if (value < key->minimum || value > key->maximum) {
        return FAIL_AT(lexer, err, "%s is %.*s; it must be %g to %g", key->name, SHOW(lexer->token),
                       key->minimum, key->maximum);
    }
    return ZD_OK;
}

static zd_status parse_numbers(zd_lexer *lexer, const zd_scene_key *key, zd_scene_value *value,
                               zd_error *err)
{
    for (int i = 0; i < key->count; i++) {
        if (key->auto_component == i + 1 && zd_token_is(&lexer->token, "auto")) {
            value->is_auto = true;
        } else if (!zd_token_number(&lexer->token, &value->number[i])) {
            return lexer->token.kind == ZD_TOKEN_WORD
                       ? FAIL_AT(lexer, err, "%s takes %d number%s; '%.*s' is not one", key->name,
                                 key->count, key->count == 1 ? "" : "s", SHOW(lexer->token))
                       : FAIL_AT(lexer, err, "%s takes %d number%s", key->name, key->count,
                                 key->count == 1 ? "" : "s");
        } else {
            ZD_TRY(check_number(lexer, key, value->number[i], err));
            value->is_auto = value->is_auto && key->auto_component != i + 1;
        }
        ZD_TRY(zd_lexer_next(lexer, err));
    }
    return ZD_OK;
}

/* "a, b, c", or as many as fit and "...". */
static const char *tell_keys(const zd_scene_key *keys, int count, char *to, size_t size)
{
    size_t used = 0;
    to[0] = '\0';
    for (int i = 0; i < count; i++) {
        size_t left = size - used;
        const char *comma = i > 0 ? ", " : "";
        bool fits = strlen(comma) + strlen(keys[i].name) + sizeof ", ..." <= left;
        used += (size_t) snprintf(to + used, left, "%s%s", comma, fits ? keys[i].name : "...");
        if (!fits) {
            break;
        }
    }
    return to;
}

static zd_status fail_key(zd_lexer *lexer, zd_scene_kind kind, const char *word, size_t length,
                          zd_error *err)
{
    char name[61];
    char meant[80];
    int count = 0;
    const zd_scene_key *keys = zd_scene_node_keys(kind, &count);
    snprintf(name, sizeof name, "%.*s", (int) zd_int_min((int) length, 60), word);
    zd_nearest_word nearest = zd_nearest_word_begin(name);
    for (int i = 0; i < count; i++) {
        zd_nearest_word_try(&nearest, keys[i].name);
    }
    if (zd_nearest_word_best(&nearest) == NULL) {
        char told[300];
        return FAIL_AT(lexer, err, "%s has no key '%s'; it has %s", zd_scene_node_kind_name(kind),
                       name, tell_keys(keys, count, told, sizeof told));
    }
    return FAIL_AT(lexer, err, "%s has no key '%s'%s", zd_scene_node_kind_name(kind), name,
                   zd_did_you_mean(&nearest, "", meant, sizeof meant));
}

static zd_status parse_choice(zd_lexer *lexer, const zd_scene_key *key, zd_scene_value *value,
                              zd_error *err)
{
    int choice = lexer->token.kind == ZD_TOKEN_WORD
                     ? zd_scene_key_find_choice(key, lexer->token.text, lexer->token.length)
                     : -1;
    if (choice < 0) {
        return FAIL_AT(lexer, err, "%s is one of %s, not '%.*s'", key->name, key->choices,
                       SHOW(lexer->token));
    }
    value->choice = choice;
    return zd_lexer_next(lexer, err);
}

static zd_status parse_passes(zd_lexer *lexer, const zd_scene_key *key, zd_scene_value *value,
                              zd_error *err)
{
    value->choice = 0;
    for (;;) {
        int pass = lexer->token.kind == ZD_TOKEN_WORD
                       ? zd_scene_key_find_choice(key, lexer->token.text, lexer->token.length)
                       : -1;
        if (pass < 0) {
            break;
        }
        value->choice |= 1 << pass;
        ZD_TRY(zd_lexer_next(lexer, err));
    }
    return value->choice != 0 ? ZD_OK
                              : FAIL_AT(lexer, err, "%s are some of %s, not '%.*s'", key->name,
                                        key->choices, SHOW(lexer->token));
}

static zd_status parse_text(zd_lexer *lexer, const zd_scene_key *key, zd_scene_value *value,
                            zd_error *err)
{
    if (lexer->token.kind != ZD_TOKEN_STRING && lexer->token.kind != ZD_TOKEN_WORD) {
        return FAIL_AT(lexer, err, "%s takes a text", key->name);
    }
    value->text = zd_scene_copy_text(lexer->scene, lexer->token.text, lexer->token.length);
    if (value->text == NULL) {
        return zd_fail_memory(err, "a text of a scene");
    }
    return zd_lexer_next(lexer, err);
}

static zd_status parse_name(zd_lexer *lexer, const zd_scene_key *key, zd_scene_name_ref *ref,
                            zd_error *err)
{
    if (lexer->token.kind != ZD_TOKEN_STRING && lexer->token.kind != ZD_TOKEN_WORD) {
        return FAIL_AT(lexer, err, "%s takes the name of a node", key->name);
    }
    *ref =
        (zd_scene_name_ref){ .node = -1, .line = lexer->token.line, .column = lexer->token.column };
    ref->name = zd_scene_copy_text(lexer->scene, lexer->token.text, lexer->token.length);
    if (ref->name == NULL) {
        return zd_fail_memory(err, "a name in a scene");
    }
    return zd_lexer_next(lexer, err);
}

static zd_status parse_node(zd_lexer *lexer, const zd_scene_key *key, zd_scene_value *value,
                            zd_error *err)
{
    value->refs = zd_scene_alloc(lexer->scene, 1, sizeof *value->refs);
    if (value->refs == NULL) {
        return zd_fail_memory(err, "a link in a scene");
    }
    value->ref_count = 1;
    return parse_name(lexer, key, value->refs, err);
}

/* A list of names ends at the next key of the node or at its brace; a node that is called like a
 * key is written in quotes. */
static zd_status parse_nodes(zd_lexer *lexer, zd_scene_kind kind, const zd_scene_key *key,
                             zd_scene_value *value, zd_error *err)
{
    if (zd_token_is(&lexer->token, "all")) {
        value->is_all = true;
        return zd_lexer_next(lexer, err);
    }
    int capacity = 0;
    while (lexer->token.kind == ZD_TOKEN_STRING ||
           (lexer->token.kind == ZD_TOKEN_WORD &&
            zd_scene_node_find_key(kind, lexer->token.text, lexer->token.length) < 0))
    {
        if (value->ref_count >= MAX_REFS) {
            return FAIL_AT(lexer, err, "%s names more than %d nodes", key->name, MAX_REFS);
        }
        if (value->ref_count == capacity) {
            capacity = zd_int_max(4, capacity * 2);
            zd_scene_name_ref *refs = zd_scene_alloc(lexer->scene, (size_t) capacity, sizeof *refs);
            if (refs == NULL) {
                return zd_fail_memory(err, "links in a scene");
            }
            if (value->ref_count > 0) {
                memcpy(refs, value->refs, (size_t) value->ref_count * sizeof *refs);
            }
            value->refs = refs;
        }
        ZD_TRY(parse_name(lexer, key, &value->refs[value->ref_count], err));
        value->ref_count++;
    }
    return value->ref_count > 0 ? ZD_OK : FAIL_AT(lexer, err, "%s names no node", key->name);
}

static zd_status parse_value(zd_lexer *lexer, zd_scene_kind kind, const zd_scene_key *key,
                             zd_scene_value *value, zd_error *err)
{
    switch (key->kind) {
    case ZD_SCENE_VALUE_NUMBER:
        return parse_numbers(lexer, key, value, err);
    case ZD_SCENE_VALUE_CHOICE:
        return parse_choice(lexer, key, value, err);
    case ZD_SCENE_VALUE_TEXT:
        return parse_text(lexer, key, value, err);
    case ZD_SCENE_VALUE_NODE:
        return parse_node(lexer, key, value, err);
    case ZD_SCENE_VALUE_NODES:
        return parse_nodes(lexer, kind, key, value, err);
    case ZD_SCENE_VALUE_PASSES:
        return parse_passes(lexer, key, value, err);
    }
    return ZD_OK;
}

static zd_status parse_body(zd_lexer *lexer, zd_scene_node *node, zd_error *err)
{
    int count = 0;
    const zd_scene_key *keys = zd_scene_node_keys(node->kind, &count);
    if (lexer->token.kind != ZD_TOKEN_OPEN) {
        return FAIL_AT(lexer, err, "'{' is missing after '%s'",
                       zd_scene_node_kind_name(node->kind));
    }
    ZD_TRY(zd_lexer_next(lexer, err));
    while (lexer->token.kind != ZD_TOKEN_CLOSE) {
        if (lexer->token.kind == ZD_TOKEN_END) {
            return FAIL_AT(lexer, err, "the file ends before the '}' of line %d", node->line);
        }
        int key = lexer->token.kind == ZD_TOKEN_WORD
                      ? zd_scene_node_find_key(node->kind, lexer->token.text, lexer->token.length)
                      : -1;
        if (key < 0) {
            return fail_key(lexer, node->kind, lexer->token.text, lexer->token.length, err);
        }
        zd_scene_value *value = &node->values[key];
        if (value->is_set) {
            return FAIL_AT(lexer, err, "%s is given twice", keys[key].name);
        }
        value->is_set = true;
        value->line = lexer->token.line;
        value->column = lexer->token.column;
        ZD_TRY(zd_lexer_next(lexer, err));
        ZD_TRY(parse_value(lexer, node->kind, &keys[key], value, err));
    }
    node->end = lexer->token.end;
    return zd_lexer_next(lexer, err);
}

static bool is_good_name(const zd_token *token)
{
    if (token->length == 0 || token->length >= ZD_SCENE_NAME_SIZE) {
        return false;
    }
    bool all_digits = true;
    for (size_t i = 0; i < token->length; i++) {
        char c = token->text[i];
        bool digit = c >= '0' && c <= '9';
        all_digits = all_digits && digit;
        if (!digit && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != '_' && c != '-' &&
            (unsigned char) c < 0x80)
        {
            return false;
        }
    }
    return !all_digits;
}

static zd_status parse_new_node(zd_lexer *lexer, zd_scene_kind kind, zd_token start, zd_error *err)
{
    zd_token name = lexer->token;
    if ((name.kind != ZD_TOKEN_WORD && name.kind != ZD_TOKEN_STRING) || !is_good_name(&name)) {
        return FAIL_AT(lexer, err,
                       "%s needs a name of letters, digits, '_' and '-', at most %d bytes",
                       zd_scene_node_kind_name(kind), ZD_SCENE_NAME_SIZE - 1);
    }
    char text[ZD_SCENE_NAME_SIZE];
    memcpy(text, name.text, name.length);
    text[name.length] = '\0';
    int other = zd_scene_find(lexer->scene, text);
    if (other >= 0) {
        return FAIL_AT(lexer, err, "'%s' is the name of the %s of line %d", text,
                       zd_scene_node_kind_name(lexer->scene->nodes[other].kind),
                       lexer->scene->nodes[other].line);
    }
    if (lexer->scene->node_count >= ZD_SCENE_MAX_NODES) {
        return FAIL_AT(lexer, err, "more than %d nodes", ZD_SCENE_MAX_NODES);
    }
    zd_scene_node *node = NULL;
    ZD_TRY(zd_scene_add_node(lexer->scene, kind, text, &node, err));
    node->line = start.line;
    node->column = start.column;
    node->begin = start.begin;
    ZD_TRY(zd_lexer_next(lexer, err));
    return parse_body(lexer, node, err);
}

/* Splits NODE.KEY or NODE.KEY.COMPONENT. */
static zd_status find_animated(zd_lexer *lexer, zd_scene_value **value, const zd_scene_key **key,
                               int *component, zd_error *err)
{
    const zd_token *token = &lexer->token;
    const char *dot = memchr(token->text, '.', token->length);
    if (token->kind != ZD_TOKEN_WORD || dot == NULL ||
        (size_t) (dot - token->text) >= ZD_SCENE_NAME_SIZE)
    {
        return FAIL_AT(lexer, err, "anim takes NODE.KEY or NODE.KEY.x");
    }
    char name[ZD_SCENE_NAME_SIZE] = "";
    memcpy(name, token->text, (size_t) (dot - token->text));
    int index = zd_scene_find(lexer->scene, name);
    if (index < 0) {
        return FAIL_AT(lexer, err, "there is no node '%s'", name);
    }
    zd_scene_node *node = &lexer->scene->nodes[index];
    const char *word = dot + 1;
    size_t length = token->length - (size_t) (word - token->text);
    const char *second = memchr(word, '.', length);
    size_t key_length = second != NULL ? (size_t) (second - word) : length;
    int found = zd_scene_node_find_key(node->kind, word, key_length);
    if (found < 0) {
        return fail_key(lexer, node->kind, word, key_length, err);
    }
    int count = 0;
    *key = &zd_scene_node_keys(node->kind, &count)[found];
    *value = &node->values[found];
    if ((*key)->kind != ZD_SCENE_VALUE_NUMBER) {
        return FAIL_AT(lexer, err, "%s is not a number and cannot be animated", (*key)->name);
    }
    size_t rest = second != NULL ? length - key_length - 1 : 0;
    const char *letters = "xyzw";
    const char *at = rest == 1 ? strchr(letters, second[1]) : NULL;
    *component = (*key)->count == 1 && second == NULL ? 0 : at != NULL ? (int) (at - letters) : -1;
    if (*component < 0 || *component >= (*key)->count) {
        return FAIL_AT(lexer, err, "%s has the component%s %.*s", (*key)->name,
                       (*key)->count == 1 ? "" : "s", (*key)->count, letters);
    }
    return ZD_OK;
}

static bool parse_interp(const zd_token *token, zd_interp *interp)
{
    static const char *const names[] = { "linear", "hold", "smooth" };
    for (int i = 0; i < 3; i++) {
        if (zd_token_is(token, names[i])) {
            *interp = (zd_interp) i;
            return true;
        }
    }
    return false;
}

typedef struct key_list {
    zd_keyframe *keys;
    bool *has_interp;
    int count;
    int capacity;
} key_list;

static zd_status grow_keys(zd_lexer *lexer, key_list *list, zd_error *err)
{
    if (list->count < list->capacity) {
        return ZD_OK;
    }
    if (list->count >= MAX_KEYFRAMES) {
        return FAIL_AT(lexer, err, "more than %d keyframes", MAX_KEYFRAMES);
    }
    int capacity = zd_int_max(8, list->capacity * 2);
    zd_keyframe *keys = zd_scene_alloc(lexer->scene, (size_t) capacity, sizeof *keys);
    bool *has_interp = zd_scene_alloc(lexer->scene, (size_t) capacity, sizeof *has_interp);
    if (keys == NULL || has_interp == NULL) {
        return zd_fail_memory(err, "keyframes");
    }
    if (list->count > 0) {
        memcpy(keys, list->keys, (size_t) list->count * sizeof *keys);
        memcpy(has_interp, list->has_interp, (size_t) list->count * sizeof *has_interp);
    }
    *list = (key_list){ keys, has_interp, list->count, capacity };
    return ZD_OK;
}

static zd_status parse_keyframe(zd_lexer *lexer, const zd_scene_key *key, key_list *list,
                                zd_error *err)
{
    zd_keyframe frame = { .interp = ZD_SCENE_INTERP_LINEAR };
    if (!zd_token_number(&lexer->token, &frame.frame)) {
        return FAIL_AT(lexer, err, "'%.*s' is not a frame number", SHOW(lexer->token));
    }
    if (list->count > 0 && !(frame.frame > list->keys[list->count - 1].frame)) {
        return FAIL_AT(lexer, err, "keyframe %g does not come after keyframe %g", frame.frame,
                       list->keys[list->count - 1].frame);
    }
    ZD_TRY(zd_lexer_next(lexer, err));
    if (!zd_token_number(&lexer->token, &frame.value)) {
        return FAIL_AT(lexer, err, "the value of keyframe %g is not a number", frame.frame);
    }
    ZD_TRY(check_number(lexer, key, frame.value, err));
    ZD_TRY(zd_lexer_next(lexer, err));
    ZD_TRY(grow_keys(lexer, list, err));
    list->has_interp[list->count] = parse_interp(&lexer->token, &frame.interp);
    if (list->has_interp[list->count]) {
        ZD_TRY(zd_lexer_next(lexer, err));
    }
    list->keys[list->count++] = frame;
    return ZD_OK;
}

static zd_status parse_keyframes(zd_lexer *lexer, const zd_scene_key *key, zd_scene_curve *curve,
                                 zd_error *err)
{
    zd_token open = lexer->token;
    if (open.kind != ZD_TOKEN_OPEN) {
        return FAIL_AT(lexer, err, "'{' is missing after anim");
    }
    ZD_TRY(zd_lexer_next(lexer, err));
    key_list list = { 0 };
    zd_interp standard = ZD_SCENE_INTERP_LINEAR;
    while (lexer->token.kind != ZD_TOKEN_CLOSE) {
        if (lexer->token.kind == ZD_TOKEN_END) {
            return FAIL_AT(lexer, err, "the file ends before the '}' of line %d", open.line);
        }
        if (zd_token_is(&lexer->token, "interp")) {
            ZD_TRY(zd_lexer_next(lexer, err));
            if (!parse_interp(&lexer->token, &standard)) {
                return FAIL_AT(lexer, err, "interp is one of linear|hold|smooth, not '%.*s'",
                               SHOW(lexer->token));
            }
            ZD_TRY(zd_lexer_next(lexer, err));
        } else {
            ZD_TRY(parse_keyframe(lexer, key, &list, err));
        }
    }
    if (list.count == 0) {
        return FAIL_AT(lexer, err, "anim has no keyframes");
    }
    for (int i = 0; i < list.count; i++) {
        if (!list.has_interp[i]) {
            list.keys[i].interp = standard;
        }
    }
    *curve = (zd_scene_curve){ list.keys, list.count };
    return zd_lexer_next(lexer, err);
}

static zd_status parse_anim(zd_lexer *lexer, zd_error *err)
{
    zd_scene_value *value = NULL;
    const zd_scene_key *key = NULL;
    int component = 0;
    zd_token name = lexer->token;
    ZD_TRY(find_animated(lexer, &value, &key, &component, err));
    if (value->curves == NULL) {
        value->curves = zd_scene_alloc(lexer->scene, (size_t) key->count, sizeof *value->curves);
        if (value->curves == NULL) {
            return zd_fail_memory(err, "an animation");
        }
    }
    if (value->curves[component].count > 0) {
        return FAIL_AT(lexer, err, "'%.*s' is animated twice", SHOW(name));
    }
    ZD_TRY(zd_lexer_next(lexer, err));
    return parse_keyframes(lexer, key, &value->curves[component], err);
}

/* Animations may come before their nodes: statements are put off until all nodes are there. */
typedef struct late_anim {
    zd_lexer lexer; /* at the statement's name */
    struct late_anim *next;
} late_anim;

static zd_status put_off_anim(zd_lexer *lexer, late_anim ***end, zd_error *err)
{
    late_anim *late = zd_scene_alloc(lexer->scene, 1, sizeof *late);
    if (late == NULL) {
        return zd_fail_memory(err, "an animation");
    }
    late->lexer = *lexer;
    **end = late;
    *end = &late->next;
    while (lexer->token.kind != ZD_TOKEN_CLOSE) {
        if (lexer->token.kind == ZD_TOKEN_END) {
            return FAIL_AT(lexer, err, "the file ends before the '}' of line %d",
                           late->lexer.token.line);
        }
        ZD_TRY(zd_lexer_next(lexer, err));
    }
    return zd_lexer_next(lexer, err);
}

static bool is_before_its_node(const zd_lexer *lexer)
{
    char name[ZD_SCENE_NAME_SIZE];
    const zd_token *token = &lexer->token;
    const char *dot = memchr(token->text, '.', token->length);
    if (token->kind != ZD_TOKEN_WORD || dot == NULL ||
        (size_t) (dot - token->text) >= ZD_SCENE_NAME_SIZE)
    {
        return false;
    }
    memcpy(name, token->text, (size_t) (dot - token->text));
    name[dot - token->text] = '\0';
    return zd_scene_find(lexer->scene, name) < 0;
}

static zd_status parse_mode(zd_lexer *lexer, zd_error *err)
{
    if (zd_token_is(&lexer->token, "timeline")) {
        lexer->scene->is_timeline = true;
    } else if (!zd_token_is(&lexer->token, "batch")) {
        return FAIL_AT(lexer, err, "mode is one of batch|timeline, not '%.*s'", SHOW(lexer->token));
    }
    return zd_lexer_next(lexer, err);
}

static zd_status parse_frame(zd_lexer *lexer, zd_token start, zd_error *err)
{
    zd_scene_node *frame = &lexer->scene->nodes[0];
    if (frame->line != 0) {
        return zd_scene_fail(lexer->scene, start.line, start.column, err,
                             "frame is given twice; the first is in line %d", frame->line);
    }
    frame->line = start.line;
    frame->column = start.column;
    frame->begin = start.begin;
    return parse_body(lexer, frame, err);
}

static zd_status parse_statement(zd_lexer *lexer, late_anim ***late, zd_error *err)
{
    zd_token start = lexer->token;
    zd_scene_kind kind = ZD_SCENE_NODE_FRAME;
    if (zd_token_is(&start, "anim")) {
        ZD_TRY(zd_lexer_next(lexer, err));
        return is_before_its_node(lexer) ? put_off_anim(lexer, late, err) : parse_anim(lexer, err);
    }
    if (zd_token_is(&start, "mode")) {
        ZD_TRY(zd_lexer_next(lexer, err));
        return parse_mode(lexer, err);
    }
    if (start.kind != ZD_TOKEN_WORD || !zd_scene_node_kind_find(start.text, start.length, &kind)) {
        return FAIL_AT(lexer, err, "'%.*s' does not begin a statement", SHOW(start));
    }
    ZD_TRY(zd_lexer_next(lexer, err));
    return kind == ZD_SCENE_NODE_FRAME ? parse_frame(lexer, start, err)
                                       : parse_new_node(lexer, kind, start, err);
}

static zd_status parse_version(zd_lexer *lexer, zd_error *err)
{
    double version = 0.0;
    if (!zd_token_is(&lexer->token, "zscene")) {
        return FAIL_AT(lexer, err, "a scene begins with 'zscene %d'", ZD_SCENE_VERSION);
    }
    ZD_TRY(zd_lexer_next(lexer, err));
    if (!zd_token_number(&lexer->token, &version) || version != ZD_SCENE_VERSION) {
        return FAIL_AT(lexer, err,
                       "version '%.*s' of the format is not known; this program reads %d",
                       SHOW(lexer->token), ZD_SCENE_VERSION);
    }
    return zd_lexer_next(lexer, err);
}

static zd_status parse_all(zd_scene *scene, const char *text, size_t bytes, zd_error *err)
{
    zd_lexer lexer;
    late_anim *late = NULL;
    late_anim **end = &late;
    if (bytes > ZD_SCENE_MAX_BYTES) {
        return zd_fail(err, ZD_ERR_LIMIT, "%s: a scene of %zu bytes; at most %d", scene->path,
                       bytes, ZD_SCENE_MAX_BYTES);
    }
    ZD_TRY(zd_lexer_begin(&lexer, scene, text, bytes, err));
    ZD_TRY(parse_version(&lexer, err));
    while (lexer.token.kind != ZD_TOKEN_END) {
        ZD_TRY(parse_statement(&lexer, &end, err));
    }
    for (; late != NULL; late = late->next) {
        ZD_TRY(parse_anim(&late->lexer, err));
    }
    return zd_scene_link(scene, err);
}

zd_status zd_scene_parse(zd_context *ctx, const char *path, const char *text, size_t bytes,
                         zd_scene **out, zd_error *err)
{
    ZD_REQUIRE(err, text != NULL || bytes == 0);
    zd_scene *scene = NULL;
    *out = NULL;
    ZD_TRY(zd_scene_create(ctx, path, &scene, err));
    zd_os_locale locale = zd_os_locale_enter();
    zd_status status = parse_all(scene, text, bytes, err);
    zd_os_locale_leave(locale);
    if (status != ZD_OK) {
        zd_scene_destroy(&scene);
        return status;
    }
    *out = scene;
    return ZD_OK;
}

zd_status zd_scene_read(zd_context *ctx, const char *path, zd_scene **out, zd_error *err)
{
    char *text = NULL;
    size_t bytes = 0;
    *out = NULL;
    ZD_TRY(zd_file_read_text(ctx, path, ZD_SCENE_MAX_BYTES, &text, &bytes, err));
    zd_status status = zd_scene_parse(ctx, path, text, bytes, out, err);
    zd_free(ctx, text);
    return status;
}
