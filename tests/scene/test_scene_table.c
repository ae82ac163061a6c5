/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Every key of every node: what it is, as in tests/scene/scene_table.txt, its default where a scene says
 * nothing, and that it takes its limits and its words and nothing beyond. ZD_UPDATE=1 writes the table. */

#include "scene/scene_draft.h"
#include "scene/scene_edit.h"
#include "scene/scene_internal.h"
#include "table.h"

static zd_error err;
static zd_context *ctx;

static void write_key(const zd_scene_key *key, zd_text *out)
{
    static const char *const kinds[] = { "number", "choice", "text", "node", "nodes", "passes" };
    zd_text_format(out, "  %s %s", key->name, kinds[key->kind]);
    if (key->kind == ZD_SCENE_VALUE_NUMBER) {
        for (int i = 0; i < key->count; i++) {
            zd_text_format(out, " %.9g", key->defaults[i]);
        }
        zd_text_format(out, " of %.9g to %.9g", key->minimum, key->maximum);
    } else if (key->choices != NULL) {
        zd_text_format(out, " %s by default %g", key->choices, key->defaults[0]);
    }
    for (int i = 0; key->node_kinds != 0 && i < ZD_SCENE_NODE_KINDS; i++) {
        if ((key->node_kinds >> i & 1) != 0) {
            zd_text_format(out, " %s", zd_scene_node_kind_name((zd_scene_kind) i));
        }
    }
    if (key->auto_component > 0) {
        zd_text_format(out, " auto %d", key->auto_component);
    }
    zd_text_format(out, " | %s\n", key->help);
}

static void the_table_is_as_written(void)
{
    zd_text text;
    zd_text_init(&text, ctx);
    for (int k = 0; k < ZD_SCENE_NODE_KINDS; k++) {
        int count = 0;
        const zd_scene_key *keys = zd_scene_node_keys((zd_scene_kind) k, &count);
        zd_text_format(&text, "\n%s %d\n", zd_scene_node_kind_name((zd_scene_kind) k), count);
        for (int i = 0; i < count; i++) {
            write_key(&keys[i], &text);
        }
    }
    zd_table_check(ctx, "scene/scene_table.txt", &text, 0.0);
    zd_text_release(&text);
}

static const char *name_of(int kind)
{
    return kind == ZD_SCENE_NODE_FRAME ? "" : " n";
}

/* A scene of one node with one key; NULL where it is refused. */
static zd_scene *scene_with(int kind, const char *key, const char *value)
{
    char text[4096];
    zd_scene *scene = NULL;
    snprintf(text, sizeof text, "zscene 1\n%s%s { %s %s }\n",
             zd_scene_node_kind_name((zd_scene_kind) kind), name_of(kind), key, value);
    return zd_scene_parse(ctx, "t", text, strlen(text), &scene, &err) == ZD_OK ? scene : NULL;
}

static const zd_scene_node *node_of(const zd_scene *scene, int kind)
{
    return &scene->nodes[kind == ZD_SCENE_NODE_FRAME ? 0 : 1];
}

static void defaults_stand_where_nothing_is_said(void)
{
    for (int kind = 0; kind < ZD_SCENE_NODE_KINDS; kind++) {
        int count = 0;
        const zd_scene_key *keys = zd_scene_node_keys((zd_scene_kind) kind, &count);
        zd_scene *scene = scene_with(kind, "", "");
        REQUIRE(scene != NULL);
        for (int i = 0; i < count; i++) {
            const zd_scene_value *value = zd_scene_node_value(node_of(scene, kind), i);
            REQUIRE(!value->is_set && value->ref_count == 0 && value->text == NULL);
            for (int c = 0; keys[i].kind == ZD_SCENE_VALUE_NUMBER && c < keys[i].count; c++) {
                REQUIRE_NEAR(zd_scene_node_number(node_of(scene, kind), i, c, 7.0),
                             keys[i].defaults[c], 0.0);
            }
            if (keys[i].choices != NULL) {
                REQUIRE_INT(value->choice, (int) keys[i].defaults[0]);
            }
        }
        zd_scene_destroy(&scene);
    }
}

/* Numbers: both limits are taken, each by each component, and what lies beyond is not. */
static void require_limits(int kind, int index, const zd_scene_key *key)
{
    for (int c = 0; c < key->count; c++) {
        for (int end = 0; end < 4; end++) {
            char value[200] = "";
            double limit = end % 2 == 0 ? key->minimum : key->maximum;
            double beyond = fmax(1e-9, 1e-6 * fabs(limit)) * (end % 2 == 0 ? -1.0 : 1.0);
            double number = end < 2 ? limit : limit + beyond;
            for (int k = 0; k < key->count; k++) {
                snprintf(value + strlen(value), sizeof value - strlen(value), " %.15g",
                         k == c ? number : fmax(key->minimum, fmin(key->maximum, 1.0)));
            }
            zd_scene *scene = scene_with(kind, key->name, value);
            if ((scene != NULL) != (end < 2)) {
                ZD_TEST_FAIL("%s%s: %s", key->name, value, err.message);
            }
            if (scene != NULL) {
                REQUIRE_NEAR(zd_scene_node_number(node_of(scene, kind), index, c, 1.0), number,
                             0.0);
                REQUIRE(zd_scene_node_value(node_of(scene, kind), index)->is_set);
            }
            zd_scene_destroy(&scene);
        }
    }
}

static void require_words(int kind, int index, const zd_scene_key *key)
{
    char word[64];
    int count = 0;
    while (zd_scene_key_choice_name(key, count, word, sizeof word) != 0) {
        zd_scene *scene = scene_with(kind, key->name, word);
        REQUIRE(scene != NULL);
        bool is_mask = key->kind == ZD_SCENE_VALUE_PASSES;
        REQUIRE_INT(zd_scene_node_choice(node_of(scene, kind), index),
                    is_mask ? 1 << count : count);
        REQUIRE_INT(zd_scene_key_find_choice(key, word, strlen(word)), count);
        zd_scene_destroy(&scene);
        strcat(word, "x");
        REQUIRE(zd_scene_key_find_choice(key, word, strlen(word)) < 0);
        scene = scene_with(kind, key->name, word);
        REQUIRE(scene == NULL);
        count++;
    }
    REQUIRE(count >= 2 && word[0] == '\0');
}

/* Links: the kinds of the table, and no others. */
static void require_links(int kind, int index, const zd_scene_key *key)
{
    for (int k = 1; k < ZD_SCENE_NODE_KINDS; k++) {
        char text[256];
        zd_scene *scene = NULL;
        snprintf(text, sizeof text, "zscene 1\n%s n { %s t }\n%s t { }\n",
                 zd_scene_node_kind_name((zd_scene_kind) kind), key->name,
                 zd_scene_node_kind_name((zd_scene_kind) k));
        zd_status status = zd_scene_parse(ctx, "t", text, strlen(text), &scene, &err);
        REQUIRE_INT(status == ZD_OK, (key->node_kinds >> k & 1) != 0);
        if (scene != NULL) {
            REQUIRE_INT(zd_scene_node_ref(&scene->nodes[1], index), 2);
        }
        zd_scene_destroy(&scene);
    }
}

static void keys_take_what_the_table_says(void)
{
    for (int kind = 0; kind < ZD_SCENE_NODE_KINDS; kind++) {
        int count = 0;
        const zd_scene_key *keys = zd_scene_node_keys((zd_scene_kind) kind, &count);
        for (int i = 0; i < count; i++) {
            REQUIRE_INT(
                zd_scene_node_find_key((zd_scene_kind) kind, keys[i].name, strlen(keys[i].name)),
                i);
            if (keys[i].kind == ZD_SCENE_VALUE_NUMBER) {
                require_limits(kind, i, &keys[i]);
            } else if (keys[i].choices != NULL) {
                require_words(kind, i, &keys[i]);
            } else if (keys[i].kind != ZD_SCENE_VALUE_TEXT) {
                require_links(kind, i, &keys[i]);
            } else {
                zd_scene *scene = scene_with(kind, keys[i].name, "\"a b.#1\"");
                REQUIRE(scene != NULL);
                REQUIRE_TEXT(zd_scene_node_text(node_of(scene, kind), i), "a b.#1");
                zd_scene_destroy(&scene);
            }
        }
    }
}

static zd_scene *checked_scene(const char *what, const char *instead, const char *more)
{
    static const char base[] =
        "zscene 1\nframe { size 64 48 }\nmedia m { front \"a.png\" offset 2 }\n"
        "camera c { position 0 0 500 }\naxis x { }\n"
        "surface s { parent x media m transparency 5 }\noutput o { camera c }\n";
    char text[600];
    zd_scene *scene = NULL;
    const char *at = strstr(base, what);
    REQUIRE(at != NULL);
    snprintf(text, sizeof text, "%.*s%s%s%s", (int) (at - base), base, instead, at + strlen(what),
             more);
    REQUIRE_OK(zd_scene_parse(ctx, "s.zscene", text, strlen(text), &scene, &err));
    REQUIRE_OK(zd_scene_check(scene, &err));
    return scene;
}

/* Numbers alone are taken over, with their keyframes; what else differs, and numbers that are looked at once, are not. */
static void numbers_of_another_scene_are_taken_over(void)
{
    static const struct {
        const char *what, *instead, *more;
        bool is_taken;
    } cases[] = {
        { "500", "500", "", true },
        { "0 0 500", "1 2 300", "", true },
        { "500", "auto", "", true },
        { "transparency 5", "transparency 7", "", true },
        { "transparency 5", "", "", true },
        { "500", "500", "anim c.position.x { 1 0 5 9 linear }\n", true },
        { "64 48", "64 50", "", false },
        { "64 48", "65 48", "", false },
        { "offset 2", "offset 3", "", false },
        { "offset 2", "", "", false },
        { "500", "500", "anim m.offset { 1 2 5 2 linear }\n", false },
        { "a.png", "b.png", "", false },
        { "parent x", "", "", false },
        { "axis x", "axis y { }\naxis x", "", false },
        { "offset 2", "offset 2 premult yes", "", false },
        { "500", "500", "axis z { }\n", false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int turned = 0; turned < 2; turned++) {
            zd_scene *base = checked_scene("500", "500", "");
            zd_scene *other = checked_scene(cases[i].what, cases[i].instead, cases[i].more);
            zd_scene *to = turned ? other : base;
            zd_scene *from = turned ? base : other;
            if (zd_scene_assign_numbers(to, from) != cases[i].is_taken) {
                ZD_TEST_FAIL("'%s' for '%s'%s is not as it should be", cases[i].instead,
                             cases[i].what, turned ? ", turned" : "");
            }
            int camera = zd_scene_find(to, "c");
            int surface = zd_scene_find(to, "s");
            for (int frame = 1; frame <= 5 && cases[i].is_taken; frame += 2) {
                for (int c = 0; c < 3; c++) {
                    REQUIRE_NEAR(zd_scene_node_number(&to->nodes[camera], ZD_SCENE_CAMERA_POSITION,
                                                      c, frame),
                                 zd_scene_node_number(&from->nodes[camera],
                                                      ZD_SCENE_CAMERA_POSITION, c, frame),
                                 0.0);
                }
                REQUIRE_NEAR(zd_scene_node_number(&to->nodes[surface], ZD_SCENE_OBJECT_TRANSPARENCY,
                                                  0, frame),
                             zd_scene_node_number(&from->nodes[surface],
                                                  ZD_SCENE_OBJECT_TRANSPARENCY, 0, frame),
                             0.0);
            }
            zd_scene_destroy(&base);
            zd_scene_destroy(&other);
        }
    }
}

/* What Create Map adds stands at the end, each node and the file ended by a line's end, whether the text had one. */
static void created_nodes_are_written(void)
{
    static const char *const ends[] = { "", "\n" };
    for (int i = 0; i < 2; i++) {
        char text[200];
        zd_scene_draft doc;
        bool made = false;
        snprintf(text, sizeof text,
                 "zscene 1\nmedia m { }\nsurface s { media m }\naov key { on s type normal }%s",
                 ends[i]);
        size_t length = strlen(text);
        REQUIRE_OK(zd_scene_draft_open(ctx, "s", text, length, &doc, &err));
        REQUIRE_OK(zd_scene_draft_create_map(&doc, zd_scene_find(doc.parsed, "key"), &made, &err));
        REQUIRE(made);
        REQUIRE(strncmp(doc.text, text, length) == 0);
        const char *added = doc.text + length + (i == 0);
        REQUIRE(doc.text[length - (i == 1)] == '\n' && added[0] != '\n');
        REQUIRE_TEXT(doc.text + doc.bytes - 2, "}\n");
        for (const char *at = strchr(added, '}'); at != NULL; at = strchr(at + 1, '}')) {
            REQUIRE(at[1] == '\n' && at[2] != '\n');
        }
        zd_scene_draft_close(&doc);
    }
}

int main(void)
{
    ctx = zd_test_context(1);
    RUN(the_table_is_as_written);
    RUN(defaults_stand_where_nothing_is_said);
    RUN(keys_take_what_the_table_says);
    RUN(created_nodes_are_written);
    RUN(numbers_of_another_scene_are_taken_over);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
