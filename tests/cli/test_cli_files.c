/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What the command line does with files before and after its work: names of targets and of pipes, what is
 * kept, where plug-ins lie. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/pipes.h"
#include "cli/plugin_places.h"
#include "cli/targets.h"
#include "zd_test.h"

static zd_context *ctx;
static zd_error err;
static char folder[] = "/tmp/zdepth-files-XXXXXX";

static void the_name_of_a_pipe_is_a_dash(void)
{
    zd_cli cli = { .piped = "/proc/self/fd/7" };
    char message[64] = "'/proc/self/fd/7' is as short as /proc/self/fd/7";
    REQUIRE_TEXT(zd_pipe_shown("/proc/self/fd/7"), "-");
    REQUIRE_TEXT(zd_pipe_shown("/proc/self/fd"), "/proc/self/fd");
    REQUIRE_TEXT(zd_pipe_shown("a.mp4"), "a.mp4");
    zd_pipe_name_input(&cli, message);
    REQUIRE_TEXT(message, "'-' is as short as -");
    cli.piped[0] = '\0';
    zd_pipe_name_input(&cli, message);
    REQUIRE_TEXT(message, "'-' is as short as -");
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "wb");
    REQUIRE(file != NULL);
    fputs(text, file);
    fclose(file);
}

/* What is piped in is read once, has no name, and is gone at the end. */
static void what_is_piped_in_is_kept(void)
{
    zd_cli cli = { .ctx = ctx };
    const char *path = NULL;
    const char *again = NULL;
    char text[16] = "";
    write_file("input", "0123456789");
    REQUIRE(freopen("input", "rb", stdin) != NULL);
    setenv("TMPDIR", folder, 1);
    REQUIRE_OK(zd_pipe_take_input(&cli, &path, &err));
    REQUIRE(strncmp(path, "/proc/self/fd/", 14) == 0);
    REQUIRE_OK(zd_pipe_take_input(&cli, &again, &err));
    REQUIRE(again == path);
    FILE *file = fopen(path, "rb");
    REQUIRE(file != NULL);
    REQUIRE_INT(fread(text, 1, sizeof text, file), 10);
    fclose(file);
    REQUIRE_TEXT(text, "0123456789");
    int kept = cli.piped_file;
    REQUIRE(kept > 2);
    zd_pipe_finish(&cli);
    REQUIRE_INT(cli.piped_file, 0);
    REQUIRE_TEXT(cli.piped, "");
    REQUIRE(fcntl(kept, F_GETFD) == -1);
    unsetenv("TMPDIR");
}

static void a_folder_with_a_long_name_is_refused(void)
{
    zd_cli cli = { .ctx = ctx };
    const char *path;
    char longest[600];
    char expected[200];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    longest[480] = '\0'; /* with 32 for the name it fits exactly */
    setenv("TMPDIR", longest, 1);
    REQUIRE(zd_pipe_take_input(&cli, &path, &err) == ZD_ERR_IO);
    longest[480] = 'a';
    longest[481] = '\0';
    setenv("TMPDIR", longest, 1);
    snprintf(expected, sizeof expected, "the name of the folder '%.100s...' is too long", longest);
    REQUIRE_FAILS(zd_pipe_take_input(&cli, &path, &err), ZD_ERR_LIMIT, expected);
    unsetenv("TMPDIR");
}

static void two_names_of_one_file_are_the_same(void)
{
    static const struct {
        const char *a, *b;
        bool is_same;
    } cases[] = {
        { "x.png", "x.png", true },
        { "x.png", "./x.png", true },
        { "x.png", "y.png", false },
        { "sub/x.png", "x.png", false },
        { "sub/../x.png", "x.png", true },
        { "no/x.png", "no/x.png", true },
        { "no/x.png", "no/../no/x.png", false },
        { "real", "link", true },
        { "real", "hard", true },
        { "real", "sub/real", false },
        { "sub/x.png", "other/x.png", true },
    };
    write_file("real", "text");
    REQUIRE(mkdir("sub", 0700) == 0 && symlink("real", "link") == 0 && link("real", "hard") == 0 &&
            symlink("sub", "other") == 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (zd_target_same(cases[i].a, cases[i].b) != cases[i].is_same) {
            ZD_TEST_FAIL("'%s' and '%s': %d expected", cases[i].a, cases[i].b, cases[i].is_same);
        }
    }
}

static void what_is_there_is_kept(void)
{
    zd_cli cli = { .keeps_existing = true };
    static const struct {
        const char *path;
        const char *found; /* NULL: nothing */
    } cases[] = {
        { "new.png", NULL },     { "here.png", "here.png" },     { "-", NULL },
        { NULL, NULL },          { "seq.%d.png", "seq.12.png" }, { "seq.%04d.png", "seq.12.png" },
        { "sequ.%d.png", NULL }, { "s*q.%d.png", NULL },         { "s[e]q.%d.png", NULL },
        { "wi%ld.png", NULL },   { "p%x.png", "p%x.png" },       { "*.png", NULL },
    };
    write_file("here.png", "");
    write_file("seq.12.png", "");
    write_file("seq.ab.png", "");
    write_file("p%x.png", "");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (cases[i].found == NULL) {
            REQUIRE_OK(zd_target_keep(&cli, cases[i].path, &err));
        } else {
            char expected[128];
            snprintf(expected, sizeof expected, "'%s' is there already, and -n keeps it",
                     cases[i].found);
            REQUIRE_FAILS(zd_target_keep(&cli, cases[i].path, &err), ZD_ERR_IO, expected);
        }
    }
    cli.keeps_existing = false;
    REQUIRE_OK(zd_target_keep(&cli, "here.png", &err));
}

static void files_of_others_are_not_ours(void)
{
    char text[600];
    REQUIRE_OK(zd_target_is_ours("none.zdp", "zdepth project", "a project", &err));
    write_file("a.zdp", "zdepth project 1\n");
    REQUIRE_OK(zd_target_is_ours("a.zdp", "zdepth project", "a project", &err));
    write_file("empty.zdp", "");
    REQUIRE_OK(zd_target_is_ours("empty.zdp", "zdepth project", "a project", &err));
    write_file("b.zdp", "x");
    REQUIRE_FAILS(zd_target_is_ours("b.zdp", "zdepth project", "a project", &err),
                  ZD_ERR_INVALID_ARGUMENT,
                  "'b.zdp' is there and is not a project; give another name, or move it away");
    memset(text, ' ', sizeof text); /* its last letter is the 512th */
    snprintf(text + 512 - 14, 20, "zdepth project");
    write_file("c.zdp", text);
    REQUIRE_OK(zd_target_is_ours("c.zdp", "zdepth project", "a project", &err));
    memset(text, ' ', sizeof text);
    snprintf(text + 513 - 14, 20, "zdepth project");
    write_file("d.zdp", text);
    REQUIRE(zd_target_is_ours("d.zdp", "zdepth project", "a project", &err) ==
            ZD_ERR_INVALID_ARGUMENT);
}

static void require_place(zd_plugin_place place, const char *path, const char *variable)
{
    REQUIRE(place.path != NULL && place.is_seen);
    REQUIRE_TEXT(place.path, path);
    REQUIRE_TEXT(place.variable, variable);
    zd_free(ctx, place.path);
}

/* Folders are tried in the order in which hosts do. */
static void plug_ins_are_found_where_hosts_look(void)
{
    char list[400];
    char expected[200];
    REQUIRE(mkdir("one", 0700) == 0 && mkdir("two", 0700) == 0 &&
            mkdir("two/ZDepth.ofx.bundle", 0700) == 0);
    REQUIRE(mkdir("home", 0700) == 0 && mkdir("home/.frei0r-1", 0700) == 0 &&
            mkdir("home/.frei0r-1/lib", 0700) == 0);
    snprintf(list, sizeof list, "%s/one;%s/two", folder, folder);
    snprintf(expected, sizeof expected, "%s/two/ZDepth.ofx.bundle", folder);
    setenv("OFX_PLUGIN_PATH", list, 1);
    require_place(zd_find_openfx_plugin(ctx), expected, "OFX_PLUGIN_PATH");
    REQUIRE(mkdir("one/ZDepth.ofx.bundle", 0700) == 0);
    snprintf(list, sizeof list, "%s/one:%s/two", folder, folder);
    snprintf(expected, sizeof expected, "%s/one/ZDepth.ofx.bundle", folder);
    setenv("OFX_PLUGIN_PATH", list, 1);
    require_place(zd_find_openfx_plugin(ctx), expected, "OFX_PLUGIN_PATH");
    write_file("two/odd.so", "");
    write_file("home/.frei0r-1/lib/odd.so", "");
    setenv("FREI0R_PATH", list, 1);
    snprintf(expected, sizeof expected, "%s/two/odd.so", folder);
    require_place(zd_find_frei0r_plugin(ctx, "odd.so"), expected, "FREI0R_PATH");
    unsetenv("FREI0R_PATH");
    snprintf(list, sizeof list, "%s/home", folder);
    setenv("HOME", list, 1);
    snprintf(expected, sizeof expected, "%s/home/.frei0r-1/lib/odd.so", folder);
    require_place(zd_find_frei0r_plugin(ctx, "odd.so"), expected, "FREI0R_PATH");
    zd_plugin_place none = zd_find_frei0r_plugin(ctx, "nowhere-to-be-found.so");
    REQUIRE(none.path == NULL && !none.is_seen);
}

int main(void)
{
    char removal[64];
    ctx = zd_test_context(1);
    if (mkdtemp(folder) == NULL || chdir(folder) != 0) {
        return 2;
    }
    RUN(the_name_of_a_pipe_is_a_dash);
    RUN(what_is_piped_in_is_kept);
    RUN(a_folder_with_a_long_name_is_refused);
    RUN(two_names_of_one_file_are_the_same);
    RUN(what_is_there_is_kept);
    RUN(files_of_others_are_not_ours);
    RUN(plug_ins_are_found_where_hosts_look);
    snprintf(removal, sizeof removal, "rm -rf %s", folder);
    if (system(removal) != 0) {
        printf("cannot remove %s\n", folder);
    }
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
