/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The Studio's documents: steps and their names, joined drags, undo to the first state, journals.
 * No display is needed. */

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "zd_chain.h"
#include "zd_document.h"
#include "zd_scene_document.h"
#include "zd_shapes.h"
#include "zd_test.h"

static zdepth_context *context;
static int told_changes;
static int told_structure;

static void changed(ZdDocument *document, int insert, const char *name, gpointer user)
{
    (void) document;
    (void) insert;
    (void) name;
    (void) user;
    told_changes++;
}

static void structure(ZdDocument *document, gpointer user)
{
    (void) document;
    (void) user;
    told_structure++;
}

static ZdDocument *new_document(void)
{
    ZdDocument *document = zd_document_new(context);
    REQUIRE(zd_document_open_footage(document, "walk.mp4", NULL));
    g_signal_connect(document, "changed", G_CALLBACK(changed), NULL);
    g_signal_connect(document, "structure", G_CALLBACK(structure), NULL);
    told_changes = 0;
    told_structure = 0;
    return document;
}

static char *text_of(ZdDocument *document)
{
    char *text;
    REQUIRE(zdepth_project_text(zd_document_project(document), &text, NULL) == ZDEPTH_OK);
    char *copy = g_strdup(text);
    zdepth_text_free(context, text);
    return copy;
}

static void close_document(ZdDocument *document)
{
    zd_document_close_journal(document);
    g_assert_finalize_object(document);
}

static void a_step_has_the_parameters_name(void)
{
    ZdDocument *document = new_document();
    REQUIRE(zd_document_undo_label(document) == NULL);
    REQUIRE(zd_document_set_number(document, ZDEPTH_PROJECT_ITSELF, "feather", 0.5, NULL));
    REQUIRE_TEXT(zd_document_undo_label(document), "Feather");
    REQUIRE(zd_document_is_dirty(document));
    REQUIRE_INT(told_changes, 1);
    zd_document_undo(document);
    REQUIRE(
        !zdepth_project_is_set(zd_document_project(document), ZDEPTH_PROJECT_ITSELF, "feather"));
    REQUIRE_TEXT(zd_document_redo_label(document), "Feather");
    REQUIRE(zd_document_undo_label(document) == NULL);
    zd_document_redo(document);
    REQUIRE_NEAR(zdepth_project_number(zd_document_project(document), -1, "feather", 0.0), 0.5,
                 0.0);
    close_document(document);
}

static void a_drag_is_one_step(void)
{
    ZdDocument *document = new_document();
    zd_document_begin(document, "Depth In");
    for (int i = 1; i <= 40; i++) {
        REQUIRE(zd_document_set_number(document, -1, "depth_in", 0.1 * i, NULL));
        zd_document_undo(document); /* does nothing in the middle of a drag */
    }
    zd_document_end(document);
    REQUIRE_TEXT(zd_document_undo_label(document), "Depth In");
    REQUIRE_NEAR(zdepth_project_number(zd_document_project(document), -1, "depth_in", 0.0), 4.0,
                 1e-9);
    zd_document_undo(document);
    REQUIRE(zd_document_undo_label(document) == NULL);
    REQUIRE(!zdepth_project_is_set(zd_document_project(document), -1, "depth_in"));
    zd_document_begin(document, "nothing");
    zd_document_end(document);
    REQUIRE(zd_document_undo_label(document) == NULL); /* nothing changed: no step */
    close_document(document);
}

static void type(ZdDocument *document, const char *label, const char *text)
{
    zd_document_begin_typing(document, label);
    REQUIRE(zd_document_set(document, 0, "title", text, NULL));
    zd_document_end(document);
}

static void what_is_typed_is_one_step(void)
{
    ZdDocument *document = new_document();
    REQUIRE_INT(zd_document_add_insert(document, "title", "TITLE", NULL), 0);
    g_autofree char *before = text_of(document);
    type(document, "Title", "k");
    type(document, "Title", "kj");
    type(document, "Title", "kjl");
    g_autofree char *typed = text_of(document);
    type(document, "Font", "kjlm"); /* elsewhere: a step of its own */
    zd_document_undo(document);
    g_autofree char *now = text_of(document);
    REQUIRE_TEXT(now, typed);
    REQUIRE_TEXT(zd_document_undo_label(document), "Title");
    zd_document_undo(document);
    g_autofree char *undone = text_of(document);
    REQUIRE_TEXT(undone, before);
    zd_document_redo(document);
    g_autofree char *redone = text_of(document);
    REQUIRE_TEXT(redone, typed);
    close_document(document);
}

static void a_refused_value_leaves_no_step(void)
{
    ZdDocument *document = new_document();
    GError *error = NULL;
    REQUIRE(!zd_document_set(document, -1, "feather", "9", &error));
    REQUIRE_TEXT(error->message, "feather is 9; it must be 0 to 2");
    g_clear_error(&error);
    REQUIRE_INT(zd_document_add_insert(document, "no_such", "x", &error), -1);
    g_clear_error(&error);
    REQUIRE_INT(zdepth_project_insert_count(zd_document_project(document)), 0);
    REQUIRE(zd_document_undo_label(document) == NULL);
    REQUIRE_INT(told_changes, 0);
    close_document(document);
}

static void what_comes_to_nothing_is_no_step(void)
{
    ZdDocument *document = new_document();
    REQUIRE(zd_document_set(document, -1, "feather", "0.5", NULL));
    REQUIRE(zd_document_set(document, -1, "choke", "0.2", NULL));
    zd_document_undo(document);
    REQUIRE(zd_document_set(document, -1, "feather", "0.5", NULL)); /* as it is */
    zd_document_begin(document, "Depth In");
    REQUIRE(zd_document_set(document, -1, "depth_in", "0.3", NULL));
    REQUIRE(!zd_document_set(document, -1, "feather", "9", NULL));
    REQUIRE(zd_document_set(document, -1, "depth_in", NULL, NULL)); /* there and back */
    zd_document_end(document);
    REQUIRE_TEXT(zd_document_undo_label(document), "Feather");
    REQUIRE_TEXT(zd_document_redo_label(document), "Choke"); /* what was undone is not lost */
    close_document(document);
}

/* One of many edits, by a seeded random number. */
static void edit(ZdDocument *document, GRand *random)
{
    static const char *const numbers[] = { "depth_in", "depth_out", "feather", "choke" };
    const zdepth_project *project = zd_document_project(document);
    int inserts = zdepth_project_insert_count(project);
    int boxes = zdepth_project_box_count(project);
    double value = g_rand_double(random);
    zdepth_box box = { 0.5 * value, 0.2, 0.3, 0.1 + 0.4 * value, value, value < 0.5 };
    switch (g_rand_int_range(random, 0, 10)) {
    case 0:
        zd_document_add_insert(document, "title", "Wg", NULL);
        break;
    case 1:
        zd_document_remove_insert(document, inserts - 1);
        break;
    case 2:
        zd_document_move_insert(document, 0, inserts - 1);
        break;
    case 3:
        zd_document_add_box(document, box, NULL);
        break;
    case 4:
        zd_document_set_box(document, boxes - 1, box, NULL);
        break;
    case 5:
        zd_document_remove_box(document, 0);
        break;
    case 6:
        zd_document_set_key(document, -1, "feather", (zdepth_key){ value * 9.0, value, 0 }, NULL);
        break;
    case 7:
        zd_document_remove_key(document, -1, "feather", 0);
        break;
    case 8:
        zd_document_set(document, -1, "invert", value < 0.5 ? "on" : NULL, NULL);
        break;
    default:
        zd_document_set_number(document, -1, numbers[g_rand_int_range(random, 0, 4)], value, NULL);
        break;
    }
}

static void undo_goes_back_to_the_first_state_and_redo_to_the_last(void)
{
    for (guint32 seed = 1; seed <= 5; seed++) {
        ZdDocument *document = new_document();
        GRand *random = g_rand_new_with_seed(seed);
        g_autofree char *first = text_of(document);
        for (int i = 0; i < 500; i++) {
            edit(document, random);
        }
        g_autofree char *last = text_of(document);
        while (zd_document_undo_label(document) != NULL) {
            zd_document_undo(document);
        }
        g_autofree char *undone = text_of(document);
        REQUIRE_TEXT(undone, first);
        while (zd_document_redo_label(document) != NULL) {
            zd_document_redo(document);
        }
        g_autofree char *redone = text_of(document);
        REQUIRE_TEXT(redone, last);
        g_rand_free(random);
        close_document(document);
    }
}

static void the_journal_of_a_dead_run_is_found(void)
{
    ZdDocument *document = new_document();
    REQUIRE(zd_document_find_journal() == NULL);
    zd_document_set_number(document, -1, "feather", 0.75, NULL);
    REQUIRE(zd_document_find_journal() == NULL); /* its process lives: this one */
    g_autofree char *folder = g_build_filename(g_get_user_cache_dir(), "zdepth", "studio", NULL);
    g_autofree char *foreign = g_build_filename(folder, "notes.zdp", NULL);
    g_autofree char *dead = g_build_filename(folder, "2147483646-00000001.journal.zdp", NULL);
    zdepth_error reason;
    REQUIRE(zdepth_project_save(zd_document_project(document), dead, &reason) == ZDEPTH_OK);
    REQUIRE(zdepth_project_save(zd_document_project(document), foreign, &reason) == ZDEPTH_OK);
    close_document(document);
    g_autofree char *found = zd_document_find_journal();
    REQUIRE_TEXT(found, dead);
    document = zd_document_new(context);
    REQUIRE(zd_document_recover(document, found, NULL));
    REQUIRE_NEAR(zdepth_project_number(zd_document_project(document), -1, "feather", 0.0), 0.75,
                 0.0);
    REQUIRE(zd_document_is_dirty(document) && zd_document_path(document) == NULL);
    REQUIRE(!g_file_test(dead, G_FILE_TEST_EXISTS) && g_file_test(foreign, G_FILE_TEST_EXISTS));
    g_unlink(foreign);
    close_document(document);
}

static void a_saved_document_is_clean(void)
{
    ZdDocument *document = new_document();
    g_autofree char *path = g_build_filename(g_get_user_cache_dir(), "saved.zdp", NULL);
    REQUIRE(zd_document_open_footage(document, "/footage/walk.mp4", NULL)); /* from any folder */
    zd_document_set_number(document, -1, "choke", 0.25, NULL);
    REQUIRE(zd_document_save(document, path, NULL));
    REQUIRE(!zd_document_is_dirty(document));
    g_autofree char *text = text_of(document);
    REQUIRE(zd_document_open_project(document, path, NULL));
    g_autofree char *read = text_of(document);
    REQUIRE_TEXT(read, text);
    REQUIRE_TEXT(zd_document_path(document), path);
    REQUIRE(!zd_document_save(document, "/no/such/folder/x.zdp", NULL));
    g_unlink(path);
    close_document(document);
}

/* ---- folders that move ---- */

static void touch(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    REQUIRE(g_mkdir_with_parents(folder, 0700) == 0);
    REQUIRE(g_file_set_contents(path, "", 0, NULL));
}

static void remove_all(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *inner = g_build_filename(path, name, NULL);
        remove_all(inner);
    }
    g_remove(path);
}

static void require_value(ZdDocument *document, int insert, const char *name, const char *expected)
{
    char *text;
    const zdepth_project *project = zd_document_project(document);
    REQUIRE(zdepth_project_get(project, insert, name, &text, NULL) == ZDEPTH_OK);
    REQUIRE_TEXT(text, expected);
    zdepth_text_free(context, text);
}

/* Footage beside the project, an insert below it, another elsewhere; the folder is then moved. */
static void a_project_moves_with_its_folder(void)
{
    g_autofree char *top = g_dir_make_tmp("zdepth-move-XXXXXX", NULL);
    g_autofree char *footage = g_build_filename(top, "job", "walk.mp4", NULL);
    g_autofree char *logo = g_build_filename(top, "job", "art", "logo.png", NULL);
    g_autofree char *other = g_build_filename(top, "jobs", "other.png", NULL);
    g_autofree char *file = g_build_filename(top, "job", "a.zdp", NULL);
    ZdDocument *document = zd_document_new(context);
    touch(footage);
    touch(logo);
    touch(other);
    REQUIRE(zd_document_open_footage(document, footage, NULL));
    REQUIRE_INT(zd_document_add_insert(document, "insert", logo, NULL), 0);
    REQUIRE_INT(zd_document_add_insert(document, "insert", other, NULL), 1);
    REQUIRE(zd_document_save(document, file, NULL));
    require_value(document, -1, "footage", footage); /* at work it is what it was */
    g_autofree char *text = NULL;
    REQUIRE(g_file_get_contents(file, &text, NULL, NULL));
    REQUIRE(strstr(text, "footage = \"walk.mp4\"") != NULL);
    REQUIRE(strstr(text, "insert = \"art/logo.png\"") != NULL);
    REQUIRE(strstr(text, other) != NULL);
    g_autofree char *from = g_build_filename(top, "job", NULL);
    g_autofree char *to = g_build_filename(top, "moved", NULL);
    REQUIRE_INT(g_rename(from, to), 0);
    g_autofree char *file_now = g_build_filename(to, "a.zdp", NULL);
    g_autofree char *footage_now = g_build_filename(to, "walk.mp4", NULL);
    g_autofree char *logo_now = g_build_filename(to, "art", "logo.png", NULL);
    REQUIRE(zd_document_open_project(document, file_now, NULL));
    require_value(document, -1, "footage", footage_now);
    require_value(document, 0, "insert", logo_now);
    require_value(document, 1, "insert", other);
    close_document(document);
    remove_all(top);
}

static void a_scene_moves_with_its_folder(void)
{
    g_autofree char *top = g_dir_make_tmp("zdepth-move-XXXXXX", NULL);
    g_autofree char *plate = g_build_filename(top, "job", "plates", "a.png", NULL);
    g_autofree char *other = g_build_filename(top, "jobs", "b.png", NULL);
    g_autofree char *file = g_build_filename(top, "job", "a.zscene", NULL);
    g_autofree char *text =
        g_strdup_printf("zscene 1\nmedia m { front \"%s\" matte \"%s\" }\n", plate, other);
    ZdSceneDocument *document = zd_scene_document_new(context);
    touch(plate);
    touch(other);
    REQUIRE(zd_scene_document_start(document, text, NULL));
    REQUIRE(zd_scene_document_save(document, file, NULL));
    g_autofree char *front = zd_scene_document_get(document, 1, "front");
    g_autofree char *matte = zd_scene_document_get(document, 1, "matte");
    REQUIRE_TEXT(front, "plates/a.png");
    REQUIRE_TEXT(matte, other);
    g_autofree char *deeper = g_build_filename(top, "job", "plates", "b.zscene", NULL);
    REQUIRE(zd_scene_document_save(document, deeper, NULL)); /* nearer to its plate */
    g_autofree char *nearer = zd_scene_document_get(document, 1, "front");
    REQUIRE_TEXT(nearer, "a.png");
    REQUIRE(zd_scene_document_save(document, file, NULL)); /* and back */
    g_autofree char *again = zd_scene_document_get(document, 1, "front");
    REQUIRE_TEXT(again, "plates/a.png");
    g_object_unref(document);
    remove_all(top);
}

/* ---- the scene's document ---- */

static const char scene_text[] = "# mine\nzscene 1\nmedia m { front \"a.png\" }\n"
                                 "camera a { position 0 0 auto }\n";

static void a_scene_has_named_steps(void)
{
    GError *error = NULL;
    ZdSceneDocument *document = zd_scene_document_new(context);
    REQUIRE(!zd_scene_document_start(document, "zscene 9", &error));
    g_clear_error(&error);
    REQUIRE(zd_scene_document_start(document, "zscene 1\naxis a { }\n", NULL));
    zd_scene_document_begin(document, "Move a");
    for (int i = 1; i <= 20; i++) {
        REQUIRE(zd_scene_document_set_number(document, 1, "position", 1, i, 1.0, NULL));
    }
    zd_scene_document_end(document);
    REQUIRE_TEXT(zd_scene_document_undo_label(document), "Move a");
    REQUIRE_TEXT(zdepth_scene_text(zd_scene_document_scene(document)),
                 "zscene 1\naxis a { position 0 20 0 }\n");
    REQUIRE(zd_scene_document_toggle_keyframe(document, 1, "position", 1, 4.0, NULL));
    REQUIRE(zd_scene_document_set_number(document, 1, "position", 1, 7.0, 8.0, NULL));
    REQUIRE_INT(zdepth_scene_keyframe_count(zd_scene_document_scene(document), 1, "position", 1),
                2);
    REQUIRE(!zd_scene_document_set(document, 1, "parent", "nobody", &error));
    g_clear_error(&error);
    REQUIRE_TEXT(zd_scene_document_undo_label(document), "Position");
    for (int i = 0; i < 3; i++) {
        zd_scene_document_undo(document);
    }
    REQUIRE(zd_scene_document_undo_label(document) == NULL);
    REQUIRE_TEXT(zdepth_scene_text(zd_scene_document_scene(document)), "zscene 1\naxis a { }\n");
    zd_scene_document_close_journal(document);
    g_object_unref(document);
}

static void a_scene_saved_elsewhere_keeps_its_media(void)
{
    ZdSceneDocument *document = zd_scene_document_new(context);
    g_autofree char *here = g_build_filename(g_get_user_cache_dir(), "here.zscene", NULL);
    g_autofree char *folder = g_build_filename(g_get_user_cache_dir(), "other", NULL);
    g_autofree char *there = g_build_filename(folder, "there.zscene", NULL);
    REQUIRE(g_file_set_contents(here, scene_text, -1, NULL));
    REQUIRE(g_mkdir_with_parents(folder, 0700) == 0);
    REQUIRE(zd_scene_document_open(document, here, NULL));
    REQUIRE(zd_scene_document_save(document, NULL, NULL));
    REQUIRE_TEXT(zdepth_scene_text(zd_scene_document_scene(document)), scene_text);
    REQUIRE(zd_scene_document_save(document, there, NULL));
    g_autofree char *front = zd_scene_document_get(document, 1, "front");
    g_autofree char *whole = g_build_filename(g_get_user_cache_dir(), "a.png", NULL);
    REQUIRE_TEXT(front, whole);
    REQUIRE(g_str_has_prefix(zdepth_scene_text(zd_scene_document_scene(document)), "# mine\n"));
    g_unlink(here);
    g_unlink(there);
    g_rmdir(folder);
    g_object_unref(document);
}

static void a_scenes_journal_is_recovered(void)
{
    ZdSceneDocument *document = zd_scene_document_new(context);
    g_autofree char *folder = g_build_filename(g_get_user_cache_dir(), "zdepth", "studio", NULL);
    g_autofree char *dead = g_build_filename(folder, "999999999-1.journal.zscene", NULL);
    g_autofree char *text = g_strdup_printf("# Journal of /tmp/x/mine.zscene\n%s", scene_text);
    REQUIRE(g_mkdir_with_parents(folder, 0700) == 0 && g_file_set_contents(dead, text, -1, NULL));
    g_autofree char *found = zd_scene_document_find_journal();
    REQUIRE_TEXT(found, dead);
    REQUIRE(zd_scene_document_recover(document, found, NULL));
    REQUIRE_TEXT(zdepth_scene_text(zd_scene_document_scene(document)), scene_text);
    REQUIRE_TEXT(zd_scene_document_path(document), "/tmp/x/mine.zscene");
    REQUIRE(zd_scene_document_is_dirty(document) && !g_file_test(dead, G_FILE_TEST_EXISTS));
    zd_scene_document_close_journal(document);
    g_object_unref(document);
}

static int criticals;

static GLogWriterOutput count_criticals(GLogLevelFlags level, const GLogField *fields, gsize count,
                                        gpointer user)
{
    (void) fields;
    (void) count;
    (void) user;
    criticals += (level & G_LOG_LEVEL_CRITICAL) != 0;
    return G_LOG_WRITER_HANDLED;
}

/* What a caller must keep is told and changes nothing. */
static void broken_calls_change_nothing(void)
{
    ZdDocument *document = new_document();
    g_autofree char *before = text_of(document);
    ZdPoint point = { 0.5, 0.5 };
    g_log_set_writer_func(count_criticals, NULL, NULL);
    criticals = 0;
    REQUIRE(!zd_document_set(document, 0, NULL, "x", NULL));
    REQUIRE(!zd_document_set(document, ZDEPTH_PROJECT_ITSELF - 1, "title", "x", NULL));
    REQUIRE(
        !zd_document_set_number(document, ZDEPTH_PROJECT_ITSELF, "feather", (double) NAN, NULL));
    zd_document_remove_insert(document, -1);
    zd_document_move_insert(document, 0, -1);
    zd_document_remove_box(document, -1);
    REQUIRE(zd_step_new(NULL) == NULL);
    REQUIRE(zd_shape_new(FALSE, NULL, 3) == NULL);
    REQUIRE(zd_shape_new(FALSE, &point, 0) == NULL);
    REQUIRE_INT(criticals, 9);
    g_autofree char *after = text_of(document);
    REQUIRE_TEXT(after, before);
    REQUIRE(zd_document_undo_label(document) == NULL);
    close_document(document);
}

int main(void)
{
    g_autofree char *folder = g_dir_make_tmp("zdepth-studio-XXXXXX", NULL);
    g_setenv("XDG_CACHE_HOME", folder, TRUE);
    g_setenv("XDG_CONFIG_HOME", folder, TRUE);
    if (zdepth_context_create(NULL, &context, NULL) != ZDEPTH_OK) {
        return 1;
    }
    RUN(a_step_has_the_parameters_name);
    RUN(a_drag_is_one_step);
    RUN(what_is_typed_is_one_step);
    RUN(a_refused_value_leaves_no_step);
    RUN(what_comes_to_nothing_is_no_step);
    RUN(undo_goes_back_to_the_first_state_and_redo_to_the_last);
    RUN(the_journal_of_a_dead_run_is_found);
    RUN(a_saved_document_is_clean);
    RUN(a_project_moves_with_its_folder);
    RUN(a_scene_moves_with_its_folder);
    RUN(a_scene_has_named_steps);
    RUN(a_scene_saved_elsewhere_keeps_its_media);
    RUN(a_scenes_journal_is_recovered);
    RUN(broken_calls_change_nothing); /* takes over what GLib logs */
    zdepth_context_destroy(&context);
    g_autofree char *inner = g_build_filename(folder, "zdepth", "studio", NULL);
    g_autofree char *outer = g_build_filename(folder, "zdepth", NULL);
    g_rmdir(inner);
    g_rmdir(outer);
    g_rmdir(folder);
    return zd_test_finish();
}
