/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Projects as applications edit them: boxes, presets, the order of lists, keys, copies, paths; and how
 * values are written. */

#include <unistd.h>

#include "core/file.h"
#include "project/project.h"
#include "project/project_paths.h"
#include "zd_test.h"

static zd_error err;
static zd_context *ctx;

static void require_box(const char *text, double x, double y, double w, double h, double time_s)
{
    zd_box box;
    REQUIRE_OK(zd_box_parse(text, 25.0, true, &box, &err));
    REQUIRE_NEAR(box.x, x, 1e-12);
    REQUIRE_NEAR(box.y, y, 1e-12);
    REQUIRE_NEAR(box.width, w, 1e-12);
    REQUIRE_NEAR(box.height, h, 1e-12);
    REQUIRE_NEAR(box.time_s, time_s, 1e-12);
    REQUIRE(box.subtract);
    REQUIRE_OK(zd_box_parse(text, 25.0, false, &box, &err));
    REQUIRE(!box.subtract);
}

static void boxes_are_read(void)
{
    zd_box box;
    require_box("0.1,0.2,0.3,0.4", 0.1, 0.2, 0.3, 0.4, 0.0);
    require_box("0, 0,  1,1", 0, 0, 1, 1, 0.0);
    require_box("10%,20%,30%,40% @ 7.3", 0.1, 0.2, 0.3, 0.4, 7.3);
    require_box("0.1,20%,0.3,40%@f36", 0.1, 0.2, 0.3, 0.4, 1.44);
    static const char *const no_boxes[] = { "",         "1,2",     "a,0,1,1",
                                            "0,0,1,1x", "0;0;1;1", "0,0,1,1,1",
                                            "0,0,1,",   "0,0,1",   "0.1%%,0,0.1,0.1" };
    for (size_t i = 0; i < sizeof no_boxes / sizeof *no_boxes; i++) {
        char text[200];
        snprintf(text, sizeof text,
                 "'%s' is not a box; write X,Y,W,H or X,Y,W,H@TIME in fractions of the frame",
                 no_boxes[i]);
        REQUIRE_FAILS(zd_box_parse(no_boxes[i], 0.0, false, &box, &err), ZD_ERR_INVALID_ARGUMENT,
                      text);
    }
    static const char *const outside[] = { "-0.1,0,0.5,0.5", "0,-0.1,0.5,0.5", "0,0,0,0.5",
                                           "0,0,0.5,0",      "0.6,0,0.5,0.5",  "0,0.6,0.5,0.5",
                                           "nan,0,0.5,0.5" };
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        char text[200];
        snprintf(text, sizeof text,
                 "the box '%s' leaves the frame; its values are fractions from 0 to 1", outside[i]);
        REQUIRE_FAILS(zd_box_parse(outside[i], 0.0, false, &box, &err), ZD_ERR_INVALID_ARGUMENT,
                      text);
    }
    static const char *const pixels[] = { "120,0,1,1", "0,40,1,1", "0,0,40,1", "0,0,1,30" };
    for (size_t i = 0; i < 4; i++) {
        char text[200];
        snprintf(text, sizeof text,
                 "the box '%s' leaves the frame; its values are fractions from 0 to 1 (pixels are "
                 "written 120px, per cent 40%%)",
                 pixels[i]);
        REQUIRE_FAILS(zd_box_parse(pixels[i], 0.0, false, &box, &err), ZD_ERR_INVALID_ARGUMENT,
                      text);
    }
    REQUIRE(zd_box_parse("0,0,1,1@soon", 0.0, false, &box, &err) == ZD_ERR_INVALID_ARGUMENT);
}

static void boxes_are_checked(void)
{
    const zd_box good = { 0.25, 0.5, 0.75, 0.5, 7.3, true };
    REQUIRE_OK(zd_box_check(&good, &err));
    const zd_box bad[] = {
        { -0.01, 0.5, 0.75, 0.5, 0, false }, { 0.25, -0.01, 0.75, 0.5, 0, false },
        { 0.25, 0.5, 0, 0.5, 0, false },     { 0.25, 0.5, 0.75, 0, 0, false },
        { 0.26, 0.5, 0.75, 0.5, 0, false },  { 0.25, 0.51, 0.75, 0.5, 0, false }
    };
    for (int i = 0; i < 6; i++) {
        char text[200];
        snprintf(text, sizeof text,
                 "the box %g,%g,%g,%g leaves the frame; its values are fractions from 0 to 1",
                 bad[i].x, bad[i].y, bad[i].width, bad[i].height);
        REQUIRE_FAILS(zd_box_check(&bad[i], &err), ZD_ERR_INVALID_ARGUMENT, text);
    }
    zd_box box = good;
    box.time_s = -0.5;
    REQUIRE_FAILS(zd_box_check(&box, &err), ZD_ERR_INVALID_ARGUMENT,
                  "a box lies at -0.5 s; times begin at 0");
    box.time_s = 1e9;
    REQUIRE(zd_box_check(&box, &err) == ZD_ERR_INVALID_ARGUMENT);
    box.time_s = 0.0;
    REQUIRE_OK(zd_box_check(&box, &err));
}

static void require_preset(int preset, double invert, double mask, double transparency)
{
    zd_project project;
    zd_project_init(&project, ctx);
    REQUIRE_OK(zd_params_set_number(&project.params, ZD_P_TRANSPARENCY, 1, &err));
    REQUIRE_OK(zd_params_set_number(&project.params, ZD_P_INVERT, 1, &err));
    REQUIRE_OK(zd_params_set_number(&project.params, ZD_P_MASK_EFFECTS, 1, &err));
    REQUIRE_OK(zd_project_apply_preset(&project, preset, &err));
    REQUIRE(zd_params_number(&project.params, ZD_P_INVERT, 0) == invert);
    REQUIRE(zd_params_number(&project.params, ZD_P_MASK_EFFECTS, 0) == mask);
    REQUIRE(zd_params_number(&project.params, ZD_P_TRANSPARENCY, 0) == transparency);
    zd_project_finish(&project);
}

static void presets_set_three_switches(void)
{
    zd_project project;
    require_preset(ZD_PRESET_NONE, 1, 1, 1);
    require_preset(ZD_PRESET_COMPOSITOR, 0, 0, 0);
    require_preset(ZD_PRESET_FOREGROUND, 0, 1, 0);
    require_preset(ZD_PRESET_BACKGROUND, 1, 1, 0);
    zd_project_init(&project, ctx);
    REQUIRE(zd_project_apply_preset(&project, -1, &err) == ZD_ERR_INVALID_ARGUMENT);
    REQUIRE(zd_project_apply_preset(&project, ZD_PRESET_COUNT, &err) == ZD_ERR_INVALID_ARGUMENT);
    zd_project_finish(&project);
}

/* A project of five inserts, named by their depth, and five boxes, by their time. */
static void make_five(zd_project *project)
{
    zd_project_init(project, ctx);
    for (int i = 0; i < 5; i++) {
        zd_params *insert;
        REQUIRE_OK(zd_project_add_insert(project, &insert, &err));
        REQUIRE_OK(zd_params_set_number(insert, ZD_P_AT_DEPTH, 0.1 * i, &err));
        REQUIRE_OK(zd_params_set_text(insert, ZD_P_TITLE, "a title", &err));
        REQUIRE_OK(zd_project_add_box(project, (zd_box){ 0, 0, 1, 1, i, i % 2 == 1 }, &err));
    }
}

static void require_order(const zd_project *project, const char *order)
{
    REQUIRE_INT(project->insert_count, strlen(order));
    for (int i = 0; order[i] != '\0'; i++) {
        REQUIRE_NEAR(zd_params_number(&project->inserts[i], ZD_P_AT_DEPTH, 0.0),
                     0.1 * (order[i] - '0'), 1e-12);
        REQUIRE_TEXT(zd_params_text(&project->inserts[i], ZD_P_TITLE), "a title");
    }
}

static void inserts_are_moved_and_removed(void)
{
    zd_project p;
    make_five(&p);
    require_order(&p, "01234");
    zd_project_move_insert(&p, 1, 3);
    require_order(&p, "02314");
    zd_project_move_insert(&p, 4, 0);
    require_order(&p, "40231");
    zd_project_move_insert(&p, 0, 4);
    require_order(&p, "02314");
    zd_project_move_insert(&p, 2, 2);
    zd_project_move_insert(&p, -1, 2);
    zd_project_move_insert(&p, 2, -1);
    zd_project_move_insert(&p, 5, 2);
    zd_project_move_insert(&p, 2, 5);
    require_order(&p, "02314");
    zd_project_remove_insert(&p, 1);
    require_order(&p, "0314");
    zd_project_remove_insert(&p, 3);
    require_order(&p, "031");
    zd_project_remove_insert(&p, 0);
    require_order(&p, "31");
    zd_project_remove_insert(&p, 2);
    zd_project_remove_insert(&p, -1);
    require_order(&p, "31");
    zd_project_remove_box(&p, 1);
    zd_project_remove_box(&p, 3);
    zd_project_remove_box(&p, 3);
    zd_project_remove_box(&p, -1);
    REQUIRE_INT(p.box_count, 3);
    REQUIRE(p.boxes[0].time_s == 0 && p.boxes[1].time_s == 2 && p.boxes[2].time_s == 3);
    REQUIRE(!p.boxes[0].subtract && !p.boxes[1].subtract && p.boxes[2].subtract);
    zd_project_finish(&p);
    REQUIRE(p.insert_count == 0 && p.inserts == NULL && p.box_count == 0 && p.boxes == NULL);
}

static void lists_have_an_end(void)
{
    zd_project p;
    zd_params *insert;
    zd_project_init(&p, ctx);
    for (int i = 0; i < 64; i++) {
        REQUIRE_OK(zd_project_add_insert(&p, &insert, &err));
        REQUIRE(insert == &p.inserts[i]);
    }
    REQUIRE_FAILS(zd_project_add_insert(&p, &insert, &err), ZD_ERR_LIMIT,
                  "more than 64 titles and inserts");
    for (int i = 0; i < 256; i++) {
        REQUIRE_OK(zd_project_add_box(&p, (zd_box){ 0, 0, 1, 1, 0, false }, &err));
    }
    REQUIRE_FAILS(zd_project_add_box(&p, p.boxes[0], &err), ZD_ERR_LIMIT,
                  "more than 256 selection boxes");
    zd_project_finish(&p);
}

static void hidden_and_solo_inserts(void)
{
    zd_project p;
    make_five(&p);
    REQUIRE_OK(zd_params_set_number(&p.inserts[1], ZD_P_HIDE, 1, &err));
    for (int i = 0; i < 5; i++) {
        REQUIRE(zd_project_shows(&p, i) == (i != 1));
    }
    REQUIRE_OK(zd_params_set_number(&p.inserts[3], ZD_P_SOLO, 1, &err));
    REQUIRE_OK(zd_params_set_number(&p.inserts[1], ZD_P_SOLO, 1, &err));
    for (int i = 0; i < 5; i++) {
        REQUIRE(zd_project_shows(&p, i) == (i == 3)); /* what is hidden stays so */
    }
    zd_project_finish(&p);
}

static void copies_are_their_own(void)
{
    zd_project p;
    zd_project copy;
    make_five(&p);
    p.is_trusted = true;
    REQUIRE_OK(zd_params_parse(&p.params, ZD_P_CHOKE, "0=0.5:smooth, 2=1:hold", 0, &err));
    REQUIRE_OK(zd_params_set_text(&p.params, ZD_P_FOOTAGE, "a.mp4", &err));
    zd_params_mark_typed(&p.params, ZD_P_FOOTAGE);
    p.params.slots[ZD_P_DEPTH_IN].scale = 2;
    REQUIRE_OK(zd_project_copy(&p, &copy, &err));
    p.params.slots[ZD_P_CHOKE].keys[0].value = 9;
    p.params.slots[ZD_P_FOOTAGE].text[0] = 'b';
    p.boxes[3].time_s = 99;
    zd_project_remove_insert(&p, 0);
    require_order(&copy, "01234");
    REQUIRE(copy.is_trusted && copy.box_count == 5 && copy.boxes[3].time_s == 3);
    REQUIRE(copy.boxes[3].subtract && !copy.boxes[4].subtract);
    REQUIRE_TEXT(zd_params_text(&copy.params, ZD_P_FOOTAGE), "a.mp4");
    REQUIRE(copy.params.slots[ZD_P_FOOTAGE].is_typed);
    REQUIRE_INT(copy.params.slots[ZD_P_DEPTH_IN].scale, 2);
    REQUIRE_INT(zd_params_key_count(&copy.params, ZD_P_CHOKE), 2);
    REQUIRE(zd_params_key_at(&copy.params, ZD_P_CHOKE, 0)->value == 0.5);
    REQUIRE(zd_params_key_at(&copy.params, ZD_P_CHOKE, 1)->ease == ZD_EASE_HOLD);
    REQUIRE(zd_params_key_at(&copy.params, ZD_P_CHOKE, 2) == NULL);
    REQUIRE(zd_params_key_at(&copy.params, ZD_P_CHOKE, -1) == NULL);
    REQUIRE(zd_project_trusts(&copy, ZD_P_CHOKE));
    copy.is_trusted = false;
    REQUIRE(!zd_project_trusts(&copy, ZD_P_CHOKE) && zd_project_trusts(&copy, ZD_P_FOOTAGE));
    REQUIRE_OK(zd_params_set_text(&copy.params, ZD_P_FOOTAGE, "c.mp4", &err));
    REQUIRE(!zd_project_trusts(&copy, ZD_P_FOOTAGE)); /* setting it again takes that back */
    zd_project_finish(&p);
    zd_project_finish(&copy);
}

static void require_keys(const zd_params *p, const char *expected)
{
    zd_text text;
    zd_text_init(&text, ctx);
    zd_params_write(p, ZD_P_CHOKE, &text);
    REQUIRE_TEXT(text.data, expected);
    zd_text_release(&text);
}

static void keys_are_set_and_removed(void)
{
    zd_params p;
    zd_params_init(&p, ctx);
    REQUIRE(!zd_params_is_keyed(&p, ZD_P_CHOKE) && !zd_params_is_set(&p, ZD_P_CHOKE));
    REQUIRE_OK(zd_params_set_key(&p, ZD_P_CHOKE, (zd_key){ 7.3, 1.0, ZD_EASE_SMOOTH }, &err));
    REQUIRE(zd_params_is_keyed(&p, ZD_P_CHOKE) && zd_params_is_set(&p, ZD_P_CHOKE));
    REQUIRE_OK(zd_params_set_key(&p, ZD_P_CHOKE, (zd_key){ 9.0, -2.0, ZD_EASE_HOLD }, &err));
    REQUIRE_OK(zd_params_set_key(&p, ZD_P_CHOKE, (zd_key){ 0.0, 0.5, ZD_EASE_LINEAR }, &err));
    REQUIRE_OK(zd_params_set_key(&p, ZD_P_CHOKE, (zd_key){ 8.0, 2.0, ZD_EASE_LINEAR }, &err));
    require_keys(&p, "0s=0.5, 7.3s=1:smooth, 8s=2, 9s=-2:hold");
    REQUIRE_OK(zd_params_set_key(&p, ZD_P_CHOKE, (zd_key){ 8.0, 0.25, ZD_EASE_HOLD }, &err));
    require_keys(&p, "0s=0.5, 7.3s=1:smooth, 8s=0.25:hold, 9s=-2:hold");
    REQUIRE_FAILS(zd_params_set_key(&p, ZD_P_CHOKE, (zd_key){ 8.0, 2.01, ZD_EASE_HOLD }, &err),
                  ZD_ERR_INVALID_ARGUMENT, "choke is 2.01; it must be -2 to 2");
    REQUIRE_FAILS(zd_params_set_key(&p, ZD_P_CHOKE, (zd_key){ 8.0, -2.01, ZD_EASE_HOLD }, &err),
                  ZD_ERR_INVALID_ARGUMENT, "choke is -2.01; it must be -2 to 2");
    REQUIRE_FAILS(zd_params_set_key(&p, ZD_P_CHOKE, (zd_key){ -1.0, 0.0, ZD_EASE_HOLD }, &err),
                  ZD_ERR_INVALID_ARGUMENT, "a key of choke lies at -1 s; times begin at 0");
    REQUIRE(zd_params_set_key(&p, ZD_P_CHOKE, (zd_key){ 1e9, 0.0, ZD_EASE_HOLD }, &err) != ZD_OK);
    REQUIRE_FAILS(zd_params_set_key(&p, ZD_P_MODE, (zd_key){ 0.0, 0.0, ZD_EASE_HOLD }, &err),
                  ZD_ERR_INVALID_ARGUMENT, "mode cannot change over time");
    zd_params_remove_key(&p, ZD_P_CHOKE, 4);
    zd_params_remove_key(&p, ZD_P_CHOKE, -1);
    zd_params_remove_key(&p, ZD_P_CHOKE, 1);
    require_keys(&p, "0s=0.5, 8s=0.25:hold, 9s=-2:hold");
    zd_params_remove_key(&p, ZD_P_CHOKE, 2);
    require_keys(&p, "0s=0.5, 8s=0.25:hold");
    zd_params_remove_key(&p, ZD_P_CHOKE, 0);
    zd_params_remove_key(&p, ZD_P_CHOKE, 0); /* the last one stays as a number */
    REQUIRE(!zd_params_is_keyed(&p, ZD_P_CHOKE) && zd_params_is_set(&p, ZD_P_CHOKE));
    REQUIRE(zd_params_number(&p, ZD_P_CHOKE, 100.0) == 0.25);
    zd_params_finish(&p);
}

static void require_value(zd_param_id id, const char *text, double value)
{
    zd_params p;
    zd_params_init(&p, ctx);
    REQUIRE_OK(zd_params_parse(&p, id, text, 25.0, &err));
    REQUIRE_NEAR(zd_params_number(&p, id, 0.0), value, 1e-12);
    zd_params_finish(&p);
}

static void require_wrong(zd_param_id id, const char *text, const char *message)
{
    zd_params p;
    zd_params_init(&p, ctx);
    REQUIRE(zd_params_set_number(&p, ZD_P_SUBJECT, 0.25, &err) == ZD_OK);
    REQUIRE(zd_params_parse(&p, id, text, 25.0, &err) != ZD_OK);
    REQUIRE_TEXT(err.message, message);
    REQUIRE(id == ZD_P_SUBJECT || !zd_params_is_set(&p, id)); /* what is wrong changes nothing */
    REQUIRE(zd_params_number(&p, ZD_P_SUBJECT, 0.0) == 0.25);
    zd_params_finish(&p);
}

static void values_are_read_as_people_write_them(void)
{
    require_value(ZD_P_OPACITY, "0.4", 0.4);
    require_value(ZD_P_OPACITY, " \t40%", 0.4);
    require_value(ZD_P_OPACITY, "1", 1.0);
    require_value(ZD_P_INVERT, "ON", 1.0);
    require_value(ZD_P_INVERT, "no", 0.0);
    require_value(ZD_P_INVERT, "true", 1.0);
    require_value(ZD_P_INVERT, "0", 0.0);
    require_value(ZD_P_MODE, "Normalized", 1.0);
    require_value(ZD_P_ANIMATE_TIME, "f5", 0.2);
    require_value(ZD_P_ANIMATE_TIME, "500ms", 0.5);
    require_wrong(ZD_P_OPACITY, "40", "opacity is 40; it must be 0 to 1, or per cent: 40%");
    require_wrong(ZD_P_OPACITY, "40.5", "opacity is 40.5; it must be 0 to 1");
    require_wrong(ZD_P_OPACITY, "101", "opacity is 101; it must be 0 to 1");
    require_wrong(ZD_P_OPACITY, "101%", "opacity is 101%; it must be 0 to 1");
    require_wrong(ZD_P_OPACITY, "-0.1", "opacity is -0.1; it must be 0 to 1");
    require_wrong(ZD_P_OPACITY, "", "opacity is ''; it must be a number from 0 to 1");
    require_wrong(ZD_P_OPACITY, "half", "opacity is 'half'; it must be a number from 0 to 1");
    require_wrong(ZD_P_OPACITY, "inf", "opacity is 'inf'; it must be a number from 0 to 1");
    require_wrong(ZD_P_INVERT, "maybe", "invert is 'maybe'; it must be on or off");
    require_wrong(ZD_P_MODE, "x", "mode is 'x'; it must be one of absolute, normalised");
    require_wrong(ZD_P_MODE, "0=absolute", "mode cannot change over time");
}

/* Every parameter's value survives being written and read. */
static void what_is_written_is_read(void)
{
    for (int i = 0; i < ZD_PARAM_COUNT; i++) {
        zd_param_id id = (zd_param_id) i;
        const zd_param_desc *d = zd_param_describe(id);
        if (d->type == ZD_PARAM_TEXT || d->type == ZD_PARAM_PATH || d->type == ZD_PARAM_COLOUR) {
            continue;
        }
        zd_params p;
        zd_params q;
        zd_text text;
        zd_params_init(&p, ctx);
        zd_params_init(&q, ctx);
        zd_text_init(&text, ctx);
        REQUIRE_OK(zd_params_set_number(&p, id, d->max, &err));
        zd_params_write(&p, id, &text);
        REQUIRE_OK(zd_params_parse(&q, id, text.data, 0.0, &err));
        REQUIRE(zd_params_number(&q, id, 0.0) == d->max);
        zd_params_unset(&q, id);
        REQUIRE(!zd_params_is_set(&q, id) && zd_params_number(&q, id, 0.0) == d->initial);
        zd_text_release(&text);
        zd_params_finish(&p);
        zd_params_finish(&q);
    }
}

static void require_path(const char *project, const char *path, const char *expected)
{
    char *found = zd_project_path_read(ctx, project, path, false);
    REQUIRE_TEXT(found, expected);
    zd_free(ctx, found);
}

static void paths_are_meant_from_the_projects_folder(void)
{
    require_path("a/b/p.zdp", "clip.mp4", "a/b/clip.mp4");
    require_path("a/b/p.zdp", "../clip.mp4", "a/b/../clip.mp4");
    require_path("a/b/p.zdp", "/clip.mp4", "/clip.mp4");
    require_path("a/b/p.zdp", "", "");
    require_path("p.zdp", "clip.mp4", "clip.mp4");
    require_path("/p.zdp", "clip.mp4", "/clip.mp4");
}

/* Written into another folder, what was meant from here is found from there. */
static void paths_are_written_as_seen_from_the_project(void)
{
    char folder[] = "/tmp/zdepth-test-project-XXXXXX";
    char was[1000];
    zd_project p;
    REQUIRE(getcwd(was, sizeof was) != NULL && mkdtemp(folder) != NULL && chdir(folder) == 0);
    REQUIRE_OK(zd_file_make_folder(ctx, "work/here", &err));
    REQUIRE_OK(zd_file_make_folder(ctx, "projects/x", &err));
    REQUIRE(chdir("work/here") == 0);
    static const char *const cases[][2] = { { "clip.mp4", "../../work/here/clip.mp4" },
                                            { "./clip.mp4", "../../work/here/clip.mp4" },
                                            { "../clip.mp4", "../../work/clip.mp4" },
                                            { "../../projects/clip.mp4", "../clip.mp4" },
                                            { "../../projects/x/clip.mp4", "clip.mp4" },
                                            { "../../projects/xy/clip.mp4", "../xy/clip.mp4" },
                                            { "/elsewhere/clip.mp4", "/elsewhere/clip.mp4" } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        zd_params *insert;
        zd_project_init(&p, ctx);
        REQUIRE_OK(zd_project_add_insert(&p, &insert, &err));
        REQUIRE_OK(zd_params_set_text(&p.params, ZD_P_FOOTAGE, cases[i][0], &err));
        REQUIRE_OK(zd_project_paths_to_write(&p, "../../projects/x/p.zdp", &err));
        REQUIRE_TEXT(zd_params_text(&p.params, ZD_P_FOOTAGE), cases[i][1]);
        REQUIRE_OK(zd_params_set_text(&p.params, ZD_P_FOOTAGE, cases[i][0], &err));
        REQUIRE_OK(zd_project_paths_to_write(&p, "p.zdp", &err));
        REQUIRE_TEXT(zd_params_text(&p.params, ZD_P_FOOTAGE), cases[i][0]);
        zd_project_finish(&p);
    }
    REQUIRE(chdir(folder) == 0);
    rmdir("work/here");
    rmdir("work");
    rmdir("projects/x");
    rmdir("projects");
    REQUIRE(chdir(was) == 0);
    rmdir(folder);
}

/* All that a project holds comes back from its file, relative paths as they are meant from there. */
static void projects_are_saved_and_loaded(void)
{
    char folder[] = "/tmp/zdepth-test-saved-XXXXXX";
    char path[100];
    char expected[300];
    char *text = NULL;
    size_t bytes;
    zd_project p;
    zd_project q;
    REQUIRE(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/p.zdp", folder);
    snprintf(expected, sizeof expected, "%s/clip.mp4", folder);
    make_five(&p);
    REQUIRE_OK(zd_params_set_text(&p.params, ZD_P_FOOTAGE, expected, &err));
    REQUIRE_OK(zd_params_parse(&p.params, ZD_P_CHOKE, "7.3=1:smooth,0=0.5:hold", 0, &err));
    REQUIRE_OK(zd_params_set_text(&p.inserts[2], ZD_P_TITLE, "a \"b\"\nc\\", &err));
    REQUIRE_OK(zd_project_save(&p, path, &err));
    REQUIRE_TEXT(zd_params_text(&p.params, ZD_P_FOOTAGE), expected); /* what is saved stays */
    zd_project_init(&q, ctx);
    REQUIRE_OK(zd_project_load(&q, path, &err));
    REQUIRE_TEXT(zd_params_text(&q.params, ZD_P_FOOTAGE), expected);
    REQUIRE_TEXT(zd_params_text(&q.inserts[2], ZD_P_TITLE), "a \"b\"\nc\\");
    REQUIRE(q.insert_count == 5 && q.box_count == 5 && q.boxes[3].subtract);
    REQUIRE(q.boxes[4].time_s == 4.0 && !q.boxes[4].subtract && !q.is_trusted);
    require_keys(&q.params, "0s=0.5:hold, 7.3s=1:smooth");
    REQUIRE(zd_params_number(&q.inserts[3], ZD_P_AT_DEPTH, 0.0) == 0.1 * 3);
    zd_project_finish(&q);
    REQUIRE_FAILS(zd_project_load_config(&q, path, &err), ZD_ERR_CORRUPT,
                  (snprintf(expected, sizeof expected,
                            "%s:1:1: a configuration begins with the line 'zdepth config 1'", path),
                   expected));
    zd_project_finish(&q);
    const char config[] = "zdepth config 1\n[matte]\nfeather = 1.5\n";
    REQUIRE_OK(zd_file_write(ctx, path, config, strlen(config), &err));
    REQUIRE_OK(zd_project_load_config(&q, path, &err));
    REQUIRE(zd_params_number(&q.params, ZD_P_FEATHER, 0.0) == 1.5);
    zd_project_finish(&q);
    /* Too large a file is not read at all. */
    text = calloc(1, ZD_PROJECT_MAX_BYTES + 2);
    memset(text, '#', ZD_PROJECT_MAX_BYTES + 1);
    bytes = ZD_PROJECT_MAX_BYTES + 1;
    REQUIRE_OK(zd_file_write(ctx, path, text, bytes, &err));
    REQUIRE(zd_project_load(&q, path, &err) == ZD_ERR_LIMIT);
    free(text);
    zd_project_finish(&q);
    zd_project_finish(&p);
    remove(path);
    REQUIRE(zd_project_load(&q, path, &err) == ZD_ERR_IO);
    rmdir(folder);
}

static void groups_have_names(void)
{
    static const char *const names[][2] = { { "source", "Source" },
                                            { "depth", "Depth" },
                                            { "matte", "Matte" },
                                            { "insert", "Titles and inserts" },
                                            { "effect", "Effect and view" },
                                            { "output", "Output" } };
    REQUIRE_INT(ZD_GROUP_COUNT, 6);
    for (int i = 0; i < 6; i++) {
        REQUIRE_TEXT(zd_param_group_name((zd_param_group) i), names[i][0]);
        REQUIRE_TEXT(zd_param_group_label((zd_param_group) i), names[i][1]);
    }
    REQUIRE_TEXT(zd_param_group_name(ZD_GROUP_COUNT), "");
    REQUIRE_TEXT(zd_param_group_label(ZD_GROUP_COUNT), "");
    REQUIRE_INT(zd_param_describe(ZD_P_CHOKE)->group, ZD_GROUP_MATTE);
}

int main(void)
{
    ctx = zd_test_context(1);
    RUN(boxes_are_read);
    RUN(boxes_are_checked);
    RUN(presets_set_three_switches);
    RUN(inserts_are_moved_and_removed);
    RUN(lists_have_an_end);
    RUN(hidden_and_solo_inserts);
    RUN(copies_are_their_own);
    RUN(keys_are_set_and_removed);
    RUN(values_are_read_as_people_write_them);
    RUN(what_is_written_is_read);
    RUN(paths_are_meant_from_the_projects_folder);
    RUN(paths_are_written_as_seen_from_the_project);
    RUN(projects_are_saved_and_loaded);
    RUN(groups_have_names);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
