/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Plug-ins are listed without running them, and tell their parameters when they are asked. Argument: the
 * folder of our own two, a filter and a mixer, and the toy, a file (toy_plugin.c). */

#include <dlfcn.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frei0r/frei0r_doors.h"
#include "media/filter_plugins.h"
#include "zd_test.h"

static zd_context *ctx;
static const char *own_folder;
static const char *toy_folder;
static char folder[] = "/tmp/zdepth-plugins-XXXXXX";
static const char *const names[] = { "bad.so", "no-plugin.so", "zdepth.so", "no.so.txt", "a b.so" };

static void in_folder(char path[256], const char *name)
{
    snprintf(path, 256, "%s/%s", folder, name);
}

static void write_files(void)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[256];
        in_folder(path, names[i]);
        FILE *file = fopen(path, "w");
        REQUIRE(file != NULL && fputs("no library", file) >= 0 && fclose(file) == 0);
    }
}

static void remove_files(void)
{
    char command[80];
    snprintf(command, sizeof command, "rm -r %s", folder);
    (void) !system(command);
}

static int find(const zd_filter_plugins *list, const char *name)
{
    for (int i = 0; i < zd_filter_plugins_count(list); i++) {
        if (strcmp(zd_filter_plugins_name(list, i), name) == 0) {
            return i;
        }
    }
    return -1;
}

static void the_list_has_names_in_order_and_the_first_of_each(void)
{
    zd_error err = { 0 };
    zd_filter_plugins *list;
    const char *const folders[] = { own_folder, "/no/such/folder", folder, NULL };
    REQUIRE_INT(zd_filter_plugins_create(ctx, folders, &list, &err), ZD_OK);
    REQUIRE_INT(zd_filter_plugins_count(list), 4);
    REQUIRE_TEXT(zd_filter_plugins_name(list, 0), "bad");
    REQUIRE_TEXT(zd_filter_plugins_name(list, 1), "no-plugin");
    REQUIRE_TEXT(zd_filter_plugins_name(list, 2), "zdepth");
    REQUIRE_TEXT(zd_filter_plugins_name(list, 3), "zdepth_mixer");
    REQUIRE(zd_filter_plugins_name(list, 4) == NULL && zd_filter_plugins_name(list, -1) == NULL);
    REQUIRE_INT(zd_filter_plugins_param_count(list, 2), 0); /* not asked yet */
    REQUIRE_INT(zd_filter_plugins_ask(list, 2, &err), ZD_OK);
    zd_filter_plugins_destroy(&list);
    REQUIRE(list == NULL);
    zd_filter_plugins_destroy(&list);
}

/* What the plug-in itself says, asked by hand. */
static void a_filter_tells_its_parameters(void)
{
    zd_error err = { 0 };
    zd_filter_plugins *list;
    char path[4096];
    f0r_param info;
    zd_filter_option option;
    void (*param_info)(f0r_param *, int);
    const char *const folders[] = { own_folder, NULL };
    REQUIRE_INT(zd_filter_plugins_create(ctx, folders, &list, &err), ZD_OK);
    int filter = find(list, "zdepth");
    REQUIRE_INT(zd_filter_plugins_ask(list, filter, &err), ZD_OK);
    REQUIRE_INT(zd_filter_plugins_ask(list, filter, &err), ZD_OK); /* once more */
    snprintf(path, sizeof path, "%s/zdepth.so", own_folder);
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void *symbol = library != NULL ? dlsym(library, "f0r_get_param_info") : NULL;
    REQUIRE(symbol != NULL);
    memcpy(&param_info, &symbol, sizeof symbol);
    int texts = 0;
    int count = zd_filter_plugins_param_count(list, filter);
    for (int i = 0; i < count; i++) {
        param_info(&info, i);
        REQUIRE(zd_filter_plugins_param(list, filter, i, &option));
        REQUIRE(strncmp(option.name, info.name, 20) == 0);
        REQUIRE((option.type == ZD_FILTER_OPTION_BOOL) == (info.type == F0R_BOOL));
        REQUIRE((option.type == ZD_FILTER_OPTION_TEXT) == (info.type == F0R_STRING));
        REQUIRE(option.initial >= 0.0 && option.initial <= 1.0 && option.initial_text != NULL);
        texts += info.type == F0R_STRING;
    }
    REQUIRE(count > 10 && texts > 0);
    REQUIRE(!zd_filter_plugins_param(list, filter, count, &option));
    dlclose(library);
    zd_filter_plugins_destroy(&list);
}

static void what_is_no_filter_says_so(void)
{
    char expected[512];
    zd_error err = { 0 };
    zd_filter_plugins *list;
    const char *const folders[] = { own_folder, folder, NULL };
    REQUIRE_INT(zd_filter_plugins_create(ctx, folders, &list, &err), ZD_OK);
    REQUIRE_INT(zd_filter_plugins_ask(list, find(list, "zdepth_mixer"), &err), ZD_ERR_UNSUPPORTED);
    REQUIRE_TEXT(err.message,
                 "the plug-in 'zdepth_mixer' is no filter of one picture but makes or mixes some");
    REQUIRE_INT(zd_filter_plugins_ask(list, find(list, "bad"), &err), ZD_ERR_CORRUPT);
    in_folder(expected, "bad.so");
    REQUIRE(strstr(err.message, expected) != NULL);
    zd_filter_plugins_destroy(&list);
}

/* How many things the toy has made and not got back. */
static int toys_alive(void)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/toy.so", toy_folder);
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    int *alive = library != NULL ? dlsym(library, "toy_alive") : NULL;
    REQUIRE(alive != NULL);
    int count = *alive;
    dlclose(library);
    return count;
}

static zd_filter_plugins *list_toys(zd_context *own)
{
    zd_error err = { 0 };
    zd_filter_plugins *list = NULL;
    const char *const folders[] = { toy_folder, NULL };
    REQUIRE_INT(zd_filter_plugins_create(own, folders, &list, &err), ZD_OK);
    REQUIRE_INT(zd_filter_plugins_count(list), 1);
    return list;
}

/* Each type of a parameter, what a new instance has brought to what it may be, and texts as lines of ASCII. */
static void every_type_is_told(void)
{
    static const zd_filter_option wanted[] = {
        { "is on", "whether", ZD_FILTER_OPTION_BOOL, .initial = 1.0, .initial_text = "" },
        { "much", "how much", ZD_FILTER_OPTION_NUMBER, .initial = 0.25, .initial_text = "" },
        { "tint", "which", ZD_FILTER_OPTION_COLOUR, .initial_text = "0.5/1/0" },
        { "where", "", ZD_FILTER_OPTION_POSITION, .initial_text = "0.125/0.75" },
        { "w??rt", "a word", ZD_FILTER_OPTION_TEXT, .initial_text = "x y~?" },
        { "a name of more letters than there is room for: sixty-three of t", "no number",
          ZD_FILTER_OPTION_NUMBER, .initial_text = "" },
    };
    zd_error err = { 0 };
    zd_filter_option option;
    zd_filter_plugins *list = list_toys(ctx);
    REQUIRE_INT(zd_filter_plugins_ask(list, 0, &err), ZD_OK);
    REQUIRE_TEXT(zd_filter_plugins_help(list, 0), "Plays with all");
    REQUIRE_INT(zd_filter_plugins_param_count(list, 0), 6);
    for (int i = 0; i < 6; i++) {
        REQUIRE(zd_filter_plugins_param(list, 0, i, &option));
        REQUIRE_TEXT(option.name, wanted[i].name);
        REQUIRE_TEXT(option.help, wanted[i].help);
        REQUIRE_INT(option.type, wanted[i].type);
        REQUIRE_NEAR(option.initial, wanted[i].initial, 0.0);
        REQUIRE_TEXT(option.initial_text, wanted[i].initial_text);
        REQUIRE(option.min == 0.0 && option.max == 1.0);
    }
    REQUIRE(!zd_filter_plugins_param(list, 0, 6, &option));
    REQUIRE(!zd_filter_plugins_param(list, 0, -1, &option));
    zd_filter_plugins_destroy(&list);
    REQUIRE_INT(toys_alive(), 0);
}

/* Types and counts at both ends of what there is; a refusal gives everything back, as often as it is asked. */
static void what_a_plugin_claims_is_checked(void)
{
    static const struct {
        const char *name;
        const char *value;
        int count; /* of parameters, or -1: refused */
        const char *says;
    } cases[] = {
        { "TOY_TYPE", "0", 6, NULL },
        { "TOY_TYPE", "4", 6, NULL },
        { "TOY_TYPE", "5", -1, "toy.so' has a parameter of the type 5; there are 0 to 4" },
        { "TOY_TYPE", "-1", -1, "toy.so' has a parameter of the type -1; there are 0 to 4" },
        { "TOY_COUNT", "0", 0, NULL },
        { "TOY_COUNT", "1", 1, NULL },
        { "TOY_COUNT", "-1", -1, "toy.so' has -1 parameters; 64 at most" },
        { "TOY_COUNT", "65", -1, "toy.so' has 65 parameters; 64 at most" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        zd_error err = { 0 };
        zd_test_memory memory = { .fail_at = 0 };
        zd_context *own = zd_test_context_failing(&memory);
        zd_filter_plugins *list = list_toys(own);
        setenv(cases[i].name, cases[i].value, 1);
        for (int k = 0; k < 3; k++) {
            zd_status status = zd_filter_plugins_ask(list, 0, &err);
            REQUIRE_INT(status, cases[i].says != NULL ? ZD_ERR_CORRUPT : ZD_OK);
            REQUIRE(cases[i].says == NULL || strstr(err.message, cases[i].says) != NULL);
            REQUIRE_INT(zd_filter_plugins_param_count(list, 0),
                        cases[i].says != NULL ? 0 : cases[i].count);
        }
        unsetenv(cases[i].name);
        zd_filter_plugins_destroy(&list);
        REQUIRE_INT(toys_alive(), 0);
        zd_context_destroy(&own);
        REQUIRE_INT(memory.alive, 0);
    }
}

static void asking_may_run_out_of_memory(void)
{
    zd_error err = { 0 };
    zd_test_memory memory = { .fail_at = 0 };
    zd_context *own = zd_test_context_failing(&memory);
    zd_filter_plugins *list = list_toys(own);
    memory.fail_at = memory.calls + 1;
    REQUIRE_INT(zd_filter_plugins_ask(list, 0, &err), ZD_ERR_NO_MEMORY);
    REQUIRE_INT(zd_filter_plugins_param_count(list, 0), 0);
    REQUIRE_INT(zd_filter_plugins_ask(list, 0, &err), ZD_OK);
    REQUIRE_INT(zd_filter_plugins_param_count(list, 0), 6);
    zd_filter_plugins_destroy(&list);
    REQUIRE_INT(toys_alive(), 0);
    zd_context_destroy(&own);
    REQUIRE_INT(memory.alive, 0);
}

/* Makes folders/NAME.so for a name. */
static void shadow(const char *where, const char *name)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s.so", where, name);
    FILE *file = fopen(path, "w");
    REQUIRE(file != NULL && fclose(file) == 0);
}

static zd_filter_plugins *list_system(void)
{
    zd_error err = { 0 };
    zd_filter_plugins *list = NULL;
    REQUIRE_INT(zd_filter_plugins_create(ctx, NULL, &list, &err), ZD_OK);
    return list;
}

/* FFmpeg takes a plug-in of $FREI0R_PATH, then of the user's folder, before one of the system: such a one of the system
 * would be another than what runs, and is not listed. */
static void what_ffmpeg_would_take_from_elsewhere_is_left_out(void)
{
    char home[300], own[340], path[300], list_of[900], names_of[2][256];
    snprintf(home, sizeof home, "%s/home", folder);
    snprintf(path, sizeof path, "%s/path", folder);
    snprintf(own, sizeof own, "%s/.frei0r-1", home);
    unsetenv("FREI0R_PATH");
    setenv("HOME", home, 1);
    zd_filter_plugins *list = list_system();
    int count = zd_filter_plugins_count(list);
    for (int i = 0; i < 2 && count >= 3; i++) {
        snprintf(names_of[i], sizeof names_of[i], "%s",
                 zd_filter_plugins_name(list, i == 0 ? 1 : count - 1));
    }
    zd_filter_plugins_destroy(&list);
    if (count < 3) {
        SKIP("the system has no three plug-ins of frei0r");
    }
    REQUIRE(mkdir(home, 0700) == 0 && mkdir(own, 0700) == 0 && mkdir(path, 0700) == 0);
    snprintf(own, sizeof own, "%s/.frei0r-1/lib", home);
    REQUIRE(mkdir(own, 0700) == 0);
    shadow(path, names_of[0]);
    shadow(own, names_of[1]);
    /* [what $FREI0R_PATH is][whether the user's folder is looked at] -> how many are left, and which are */
    snprintf(list_of, sizeof list_of, ":/no/such/folder::%s:", path);
    static const struct {
        bool has_path, has_home;
    } cases[] = { { false, false }, { true, false }, { false, true }, { true, true } };
    for (int i = 0; i < 4; i++) {
        unsetenv("FREI0R_PATH");
        unsetenv("HOME");
        if (cases[i].has_path) {
            setenv("FREI0R_PATH", list_of, 1);
        }
        if (cases[i].has_home) {
            setenv("HOME", home, 1);
        }
        list = list_system();
        REQUIRE_INT(zd_filter_plugins_count(list), count - cases[i].has_path - cases[i].has_home);
        REQUIRE_INT(find(list, names_of[0]) < 0, cases[i].has_path);
        REQUIRE_INT(find(list, names_of[1]) < 0, cases[i].has_home);
        zd_filter_plugins_destroy(&list);
    }
}

int main(int argc, char **argv)
{
    zd_error err;
    if (argc < 3 || mkdtemp(folder) == NULL || zd_context_create(NULL, &ctx, &err) != ZD_OK) {
        return 1;
    }
    own_folder = argv[1];
    toy_folder = dirname(argv[2]);
    write_files();
    RUN(the_list_has_names_in_order_and_the_first_of_each);
    RUN(a_filter_tells_its_parameters);
    RUN(what_is_no_filter_says_so);
    RUN(every_type_is_told);
    RUN(what_a_plugin_claims_is_checked);
    RUN(asking_may_run_out_of_memory);
    RUN(what_ffmpeg_would_take_from_elsewhere_is_left_out);
    remove_files();
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
