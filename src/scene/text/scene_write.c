/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The printer: a scene in its canonical form, one key a line, only what is set. */

#include "scene/scene_edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void zd_scene_write_number(zd_text *out, double value)
{
    char digits[40];
    for (int precision = 6; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (strtod(digits, NULL) == value) {
            break;
        }
    }
    char *comma = strchr(digits, ',');
    if (comma != NULL) {
        *comma = '.';
    }
    zd_text_add(out, digits);
}

static bool is_plain(const char *text)
{
    return text[0] != '\0' && strpbrk(text, " \t\r\n{}#\"") == NULL;
}

static void write_name(zd_text *out, zd_scene_kind kind, const char *name)
{
    bool is_key = zd_scene_node_find_key(kind, name, strlen(name)) >= 0 || strcmp(name, "all") == 0;
    zd_text_format(out, is_key || !is_plain(name) ? " \"%s\"" : " %s", name);
}

static void write_passes(const zd_scene_key *key, int mask, zd_text *out)
{
    char word[64];
    for (int i = 0; zd_scene_key_choice_name(key, i, word, sizeof word); i++) {
        if ((mask >> i & 1) != 0) {
            zd_text_format(out, " %s", word);
        }
    }
}

static void write_numbers(const zd_scene_key *key, const zd_scene_value *value, zd_text *out)
{
    for (int i = 0; i < key->count; i++) {
        zd_text_add(out, i > 0 ? " " : "");
        if (value->is_auto && key->auto_component == i + 1) {
            zd_text_add(out, "auto");
        } else {
            zd_scene_write_number(out, value->number[i]);
        }
    }
}

static void write_value(zd_scene_kind kind, const zd_scene_key *key, const zd_scene_value *value,
                        zd_text *out)
{
    char word[64];
    zd_text_format(out, "    %s", key->name);
    switch (key->kind) {
    case ZD_SCENE_VALUE_NUMBER:
        zd_text_add(out, " ");
        write_numbers(key, value, out);
        break;
    case ZD_SCENE_VALUE_CHOICE:
        zd_scene_key_choice_name(key, value->choice, word, sizeof word);
        zd_text_format(out, " %s", word);
        break;
    case ZD_SCENE_VALUE_TEXT:
        zd_text_format(out, " \"%s\"", value->text);
        break;
    case ZD_SCENE_VALUE_NODE:
    case ZD_SCENE_VALUE_NODES:
        if (value->is_all) {
            zd_text_add(out, " all");
        }
        for (int i = 0; i < value->ref_count; i++) {
            write_name(out, kind, value->refs[i].name);
        }
        break;
    case ZD_SCENE_VALUE_PASSES:
        write_passes(key, value->choice, out);
        break;
    }
    zd_text_add(out, "\n");
}

void zd_scene_write_node(const zd_scene *scene, const zd_scene_node *node, zd_text *out)
{
    (void) scene;
    int count = 0;
    const zd_scene_key *keys = zd_scene_node_keys(node->kind, &count);
    zd_text_add(out, zd_scene_node_kind_name(node->kind));
    if (node->kind != ZD_SCENE_NODE_FRAME) {
        zd_text_format(out, " %s", node->name);
    }
    zd_text_add(out, " {\n");
    for (int i = 0; i < count; i++) {
        if (node->values[i].is_set) {
            write_value(node->kind, &keys[i], &node->values[i], out);
        }
    }
    zd_text_add(out, "}");
}

void zd_scene_write_plain_value(const zd_scene_node *node, int index, zd_text *out)
{
    int count = 0;
    const zd_scene_key *key = &zd_scene_node_keys(node->kind, &count)[index];
    const zd_scene_value *value = &node->values[index];
    char word[64];
    switch (key->kind) {
    case ZD_SCENE_VALUE_NUMBER:
        write_numbers(key, value, out);
        break;
    case ZD_SCENE_VALUE_CHOICE:
        zd_scene_key_choice_name(key, value->choice, word, sizeof word);
        zd_text_add(out, word);
        break;
    case ZD_SCENE_VALUE_TEXT:
        zd_text_add(out, value->text != NULL ? value->text : "");
        break;
    case ZD_SCENE_VALUE_NODE:
    case ZD_SCENE_VALUE_NODES:
        zd_text_add(out, value->is_all ? "all" : "");
        for (int i = 0; i < value->ref_count; i++) {
            zd_text_format(out, "%s%s", i > 0 ? " " : "", value->refs[i].name);
        }
        break;
    case ZD_SCENE_VALUE_PASSES:
        for (int i = 0; zd_scene_key_choice_name(key, i, word, sizeof word); i++) {
            if ((value->choice >> i & 1) != 0) {
                zd_text_format(out, "%s%s", out->length > 0 ? " " : "", word);
            }
        }
        break;
    }
}

static void write_curve(const zd_scene_curve *curve, zd_text *out)
{
    static const char *const names[] = { "linear", "hold", "smooth" };
    zd_text_add(out, " {\n");
    for (int i = 0; i < curve->count; i++) {
        zd_text_add(out, "    ");
        zd_scene_write_number(out, curve->keys[i].frame);
        zd_text_add(out, " ");
        zd_scene_write_number(out, curve->keys[i].value);
        zd_text_format(out, " %s\n", names[curve->keys[i].interp]);
    }
    zd_text_add(out, "}\n");
}

static void write_curves(const zd_scene_node *node, zd_text *out)
{
    int count = 0;
    const zd_scene_key *keys = zd_scene_node_keys(node->kind, &count);
    for (int k = 0; k < count; k++) {
        for (int c = 0; node->values[k].curves != NULL && c < keys[k].count; c++) {
            if (node->values[k].curves[c].count == 0) {
                continue;
            }
            zd_text_format(out, "anim %s.%s", node->name, keys[k].name);
            if (keys[k].count > 1) {
                zd_text_format(out, ".%c", "xyzw"[c]);
            }
            write_curve(&node->values[k].curves[c], out);
        }
    }
}

zd_status zd_scene_write(const zd_scene *scene, zd_text *out, zd_error *err)
{
    zd_text_add(out, "zscene 1\n");
    if (scene->is_timeline) {
        zd_text_add(out, "mode timeline\n");
    }
    for (int i = 0; i < scene->node_count; i++) {
        if (i > 0 || scene->nodes[i].line > 0) {
            zd_scene_write_node(scene, &scene->nodes[i], out);
            zd_text_add(out, "\n");
        }
    }
    for (int i = 1; i < scene->node_count; i++) {
        write_curves(&scene->nodes[i], out);
    }
    return zd_text_finish(out, "a scene", err);
}
