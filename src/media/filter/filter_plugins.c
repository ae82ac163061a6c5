/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* frei0r 1.2's specification has the doors that are knocked at here; FFmpeg's vf_frei0r the folders and the
 * way in which parameters are written. Texts of a plug-in are copied as a line, with '?' for what is not
 * printable ASCII. */

#include "media/filter_plugins.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/os.h"
#include "media/frei0r_abi.h"

enum { MAX_PLUGINS = 2048, MAX_PARAMS = 64, ASK_SIZE = 64, ENDING = 3 /* ".so" */ };

typedef struct param {
    char name[64];
    char help[200];
    char initial_text[80];
    zd_filter_option_type type;
    double initial;
} param;

typedef struct plugin {
    char *name;
    char *path;
    bool is_asked;
    char help[200];
    param *params;
    int param_count;
} plugin;

struct zd_filter_plugins {
    zd_context *ctx;
    plugin *plugins;
    int count;
    const char *folder; /* that is being read */
    bool has_failed;
};

static const char *const system_folders[] = { "/usr/local/lib/frei0r-1", "/usr/lib/frei0r-1",
                                              "/usr/lib64/frei0r-1", NULL };

void zd_filter_plugins_destroy(zd_filter_plugins **list)
{
    zd_filter_plugins *doomed = *list;
    *list = NULL;
    for (int i = 0; doomed != NULL && i < doomed->count; i++) {
        zd_free(doomed->ctx, doomed->plugins[i].name);
        zd_free(doomed->ctx, doomed->plugins[i].path);
        zd_free(doomed->ctx, doomed->plugins[i].params);
    }
    if (doomed != NULL) {
        zd_free(doomed->ctx, doomed->plugins);
        zd_free(doomed->ctx, doomed);
    }
}

/* ---- the list ---- */

static int find(const zd_filter_plugins *list, const char *name, size_t length)
{
    for (int i = 0; i < list->count; i++) {
        if (strncmp(list->plugins[i].name, name, length) == 0 &&
            list->plugins[i].name[length] == '\0') {
            return i;
        }
    }
    return -1;
}

/* A name that a chain can have without quotes, and ".so". */
static bool is_plugin_name(const char *file)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    size_t length = strspn(file, letters);
    return length > 0 && strcmp(file + length, ".so") == 0;
}

static void visit(void *user, const char *file)
{
    zd_filter_plugins *list = user;
    size_t length = strlen(file);
    if (list->has_failed || list->count == MAX_PLUGINS || !is_plugin_name(file) ||
        find(list, file, length - ENDING) >= 0)
    {
        return;
    }
    plugin *added = &list->plugins[list->count];
    *added = (plugin){ .name = zd_strdup(list->ctx, file),
                       .path = zd_path_join(list->ctx, list->folder, file) };
    list->count++;
    list->has_failed = added->name == NULL || added->path == NULL;
    if (added->name != NULL) {
        added->name[length - ENDING] = '\0';
    }
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const plugin *) a)->name, ((const plugin *) b)->name);
}

static bool is_in(const char *folder, size_t length, const char *name)
{
    char path[ZD_OS_PATH];
    int written = snprintf(path, sizeof path, "%.*s/%s.so", (int) length, folder, name);
    return written > 0 && written < (int) sizeof path && zd_file_exists(path);
}

/* Whether FFmpeg would take another file of that name: of $FREI0R_PATH, or of the user's folder. */
static bool is_shadowed(const char *name)
{
    char own[ZD_OS_PATH];
    const char *home = getenv("HOME");
    const char *list = getenv("FREI0R_PATH");
    while (list != NULL && *list != '\0') {
        size_t length = strcspn(list, ":");
        if (length > 0 && is_in(list, length, name)) {
            return true;
        }
        list += length + (list[length] == ':');
    }
    int written = home != NULL ? snprintf(own, sizeof own, "%s/.frei0r-1/lib", home) : 0;
    return written > 0 && written < (int) sizeof own && is_in(own, (size_t) written, name);
}

static void drop_shadowed(zd_filter_plugins *list)
{
    int kept = 0;
    for (int i = 0; i < list->count; i++) {
        if (is_shadowed(list->plugins[i].name)) {
            zd_free(list->ctx, list->plugins[i].name);
            zd_free(list->ctx, list->plugins[i].path);
        } else {
            list->plugins[kept++] = list->plugins[i];
        }
    }
    list->count = kept;
}

zd_status zd_filter_plugins_create(zd_context *ctx, const char *const *folders,
                                   zd_filter_plugins **out, zd_error *err)
{
    *out = NULL;
    zd_filter_plugins *list = zd_alloc_zeroed(ctx, 1, sizeof *list);
    if (list == NULL) {
        return zd_fail_memory(err, "a list of plug-ins");
    }
    list->ctx = ctx;
    list->plugins = zd_alloc_zeroed(ctx, MAX_PLUGINS, sizeof *list->plugins);
    list->has_failed = list->plugins == NULL;
    for (const char *const *at = folders != NULL ? folders : system_folders; *at != NULL; at++) {
        list->folder = *at;
        zd_os_visit_folder(*at, visit, list);
    }
    if (list->has_failed) {
        zd_filter_plugins_destroy(&list);
        return zd_fail_memory(err, "a list of plug-ins");
    }
    if (folders == NULL) {
        drop_shadowed(list);
    }
    qsort(list->plugins, (size_t) list->count, sizeof *list->plugins, compare);
    *out = list;
    return ZD_OK;
}

int zd_filter_plugins_count(const zd_filter_plugins *list)
{
    return list->count;
}

const char *zd_filter_plugins_name(const zd_filter_plugins *list, int index)
{
    return index >= 0 && index < list->count ? list->plugins[index].name : NULL;
}

/* ---- asking ---- */

/* A plug-in's doors. */
typedef struct doors {
    int (*init)(void);
    void (*deinit)(void);
    void (*info)(f0r_info *info);
    void (*param_info)(f0r_param *info, int index);
    void *(*construct)(unsigned width, unsigned height);
    void (*destruct)(void *instance);
    void (*get)(void *instance, void *value, int index);
} doors;

static bool open_door(void *library, const char *name, void *door)
{
    void *found = dlsym(library, name);
    memcpy(door, &found, sizeof found); /* ISO C has no cast for this */
    return found != NULL;
}

static bool open_doors(void *library, doors *to)
{
    return open_door(library, "f0r_init", &to->init) &&
           open_door(library, "f0r_deinit", &to->deinit) &&
           open_door(library, "f0r_get_plugin_info", &to->info) &&
           open_door(library, "f0r_get_param_info", &to->param_info) &&
           open_door(library, "f0r_construct", &to->construct) &&
           open_door(library, "f0r_destruct", &to->destruct) &&
           open_door(library, "f0r_get_param_value", &to->get);
}

/* Copies a line that a plug-in gave, whatever it is. */
static void copy_line(char *to, size_t room, const char *from)
{
    size_t length = 0;
    for (; from != NULL && from[length] != '\0' && length + 1 < room; length++) {
        unsigned char c = (unsigned char) from[length];
        to[length] = c < ' ' ? ' ' : c > '~' ? '?' : (char) c;
    }
    to[length] = '\0';
}

static double within(double value)
{
    return value >= 0.0 && value <= 1.0 ? value : value > 1.0 ? 1.0 : 0.0;
}

/* What a new instance has. */
static void ask_initial(const doors *plug, void *instance, int index, int type, param *out)
{
    double number = 0.0;
    float colour[3] = { 0 };
    double position[2] = { 0 };
    char *text = NULL;
    switch (type) {
    case F0R_COLOUR:
        plug->get(instance, colour, index);
        snprintf(out->initial_text, sizeof out->initial_text, "%.4g/%.4g/%.4g",
                 within((double) colour[0]), within((double) colour[1]),
                 within((double) colour[2]));
        break;
    case F0R_POSITION:
        plug->get(instance, position, index);
        snprintf(out->initial_text, sizeof out->initial_text, "%.4g/%.4g", within(position[0]),
                 within(position[1]));
        break;
    case F0R_STRING:
        plug->get(instance, &text, index);
        copy_line(out->initial_text, sizeof out->initial_text, text);
        break;
    default:
        plug->get(instance, &number, index);
        out->initial = within(number);
    }
}

static const zd_filter_option_type types[] = { [F0R_BOOL] = ZD_FILTER_OPTION_BOOL,
                                               [F0R_DOUBLE] = ZD_FILTER_OPTION_NUMBER,
                                               [F0R_COLOUR] = ZD_FILTER_OPTION_COLOUR,
                                               [F0R_POSITION] = ZD_FILTER_OPTION_POSITION,
                                               [F0R_STRING] = ZD_FILTER_OPTION_TEXT };

static zd_status ask_params(zd_filter_plugins *list, plugin *p, const doors *plug, int count,
                            zd_error *err)
{
    void *instance = plug->construct(ASK_SIZE, ASK_SIZE);
    zd_status status = ZD_OK;
    if (instance == NULL) {
        return zd_fail(err, ZD_ERR_CORRUPT, "the plug-in '%s' does not start", p->path);
    }
    p->params = zd_alloc_zeroed(list->ctx, (size_t) (count > 0 ? count : 1), sizeof *p->params);
    if (p->params == NULL) {
        status = zd_fail_memory(err, p->name);
    }
    for (int i = 0; status == ZD_OK && i < count; i++) {
        f0r_param info = { 0 };
        plug->param_info(&info, i);
        if (info.type < F0R_BOOL || info.type > F0R_STRING) {
            status = zd_fail(err, ZD_ERR_CORRUPT,
                             "the plug-in '%s' has a parameter of the type %d; there are 0 to %d",
                             p->path, info.type, F0R_STRING);
            break;
        }
        param *out = &p->params[i];
        out->type = types[info.type];
        copy_line(out->name, sizeof out->name, info.name);
        copy_line(out->help, sizeof out->help, info.explanation);
        ask_initial(plug, instance, i, info.type, out);
    }
    plug->destruct(instance);
    if (status != ZD_OK) {
        zd_free(list->ctx, p->params);
        p->params = NULL;
    }
    p->param_count = status == ZD_OK ? count : 0;
    return status;
}

static zd_status ask_opened(zd_filter_plugins *list, plugin *p, const doors *plug, zd_error *err)
{
    f0r_info info = { 0 };
    plug->info(&info);
    if (info.plugin_type != F0R_FILTER) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "the plug-in '%s' is no filter of one picture but makes or mixes some",
                       p->name);
    }
    if (info.num_params < 0 || info.num_params > MAX_PARAMS) {
        return zd_fail(err, ZD_ERR_CORRUPT, "the plug-in '%s' has %d parameters; %d at most",
                       p->path, info.num_params, MAX_PARAMS);
    }
    copy_line(p->help, sizeof p->help, info.explanation);
    return ask_params(list, p, plug, info.num_params, err);
}

zd_status zd_filter_plugins_ask(zd_filter_plugins *list, int index, zd_error *err)
{
    doors plug;
    plugin *p = &list->plugins[index];
    if (p->is_asked) {
        return ZD_OK;
    }
    /* Some do not survive to be unloaded, and the renderer loads them again anyway. */
    void *library = dlopen(p->path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (library == NULL) {
        return zd_fail(err, ZD_ERR_CORRUPT, "%s", dlerror());
    }
    zd_status status;
    if (!open_doors(library, &plug)) {
        status = zd_fail(err, ZD_ERR_CORRUPT, "'%s' is no frei0r plug-in", p->path);
    } else if (plug.init() == 0) {
        status = zd_fail(err, ZD_ERR_CORRUPT, "the plug-in '%s' does not start", p->path);
    } else {
        status = ask_opened(list, p, &plug, err);
        plug.deinit();
    }
    dlclose(library);
    p->is_asked = status == ZD_OK;
    return status;
}

const char *zd_filter_plugins_help(const zd_filter_plugins *list, int index)
{
    return list->plugins[index].help;
}

int zd_filter_plugins_param_count(const zd_filter_plugins *list, int index)
{
    return list->plugins[index].param_count;
}

bool zd_filter_plugins_param(const zd_filter_plugins *list, int index, int at,
                             zd_filter_option *out)
{
    const plugin *p = &list->plugins[index];
    if (at < 0 || at >= p->param_count) {
        return false;
    }
    *out = (zd_filter_option){ .name = p->params[at].name,
                               .help = p->params[at].help,
                               .type = p->params[at].type,
                               .min = 0.0,
                               .max = 1.0,
                               .initial = p->params[at].initial,
                               .initial_text = p->params[at].initial_text };
    return true;
}
