/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* libzdepth built where OpenGL is not: scenes can neither be read nor shown, which their first
 * functions say; the others have nothing to work on. */

#include "api/api_internal.h"

static zdepth_status refuse(zdepth_error *err)
{
    return zd_api_refuse(err, ZDEPTH_ERR_UNSUPPORTED,
                         "this libzdepth was built without scenes; build it where epoxy, EGL and "
                         "assimp are");
}

const char *zdepth_scene_kind_name(zdepth_scene_kind kind)
{
    (void) kind;
    return "";
}

int zdepth_scene_key_count(zdepth_scene_kind kind)
{
    (void) kind;
    return 0;
}

bool zdepth_scene_key_at(zdepth_scene_kind kind, int index, zdepth_scene_key *out)
{
    (void) kind;
    (void) index;
    (void) out;
    return false;
}

zdepth_status zdepth_scene_parse(zdepth_context *context, const char *path, const char *text,
                                 zdepth_scene **out, zdepth_error *err)
{
    (void) context;
    (void) path;
    (void) text;
    *out = NULL;
    return refuse(err);
}

zdepth_status zdepth_scene_load(zdepth_context *context, const char *path, zdepth_scene **out,
                                zdepth_error *err)
{
    (void) context;
    (void) path;
    *out = NULL;
    return refuse(err);
}

void zdepth_scene_destroy(zdepth_scene **scene)
{
    *scene = NULL;
}

const char *zdepth_scene_text(const zdepth_scene *scene)
{
    (void) scene;
    return "";
}

zdepth_status zdepth_scene_save(const zdepth_scene *scene, const char *path, zdepth_error *err)
{
    (void) scene;
    (void) path;
    return refuse(err);
}

zdepth_status zdepth_scene_check(const zdepth_scene *scene, zdepth_error *err)
{
    (void) scene;
    return refuse(err);
}

int zdepth_scene_node_count(const zdepth_scene *scene)
{
    (void) scene;
    return 0;
}

bool zdepth_scene_node_at(const zdepth_scene *scene, int node, zdepth_scene_node *out)
{
    (void) scene;
    (void) node;
    (void) out;
    return false;
}

int zdepth_scene_find(const zdepth_scene *scene, const char *name)
{
    (void) scene;
    (void) name;
    return -1;
}

zdepth_status zdepth_scene_add(zdepth_scene *scene, zdepth_scene_kind kind, int *node,
                               zdepth_error *err)
{
    (void) scene;
    (void) kind;
    (void) node;
    return refuse(err);
}

zdepth_status zdepth_scene_add_map(zdepth_scene *scene, int object, zdepth_scene_kind kind,
                                   int media, int *node, zdepth_error *err)
{
    (void) scene;
    (void) object;
    (void) kind;
    (void) media;
    (void) node;
    return refuse(err);
}

zdepth_status zdepth_scene_create_map(zdepth_scene *scene, int aov, bool *made, zdepth_error *err)
{
    (void) scene;
    (void) aov;
    (void) made;
    return refuse(err);
}

zdepth_status zdepth_scene_remove(zdepth_scene *scene, int node, zdepth_error *err)
{
    (void) scene;
    (void) node;
    return refuse(err);
}

zdepth_status zdepth_scene_rename(zdepth_scene *scene, int node, const char *name,
                                  zdepth_error *err)
{
    (void) scene;
    (void) node;
    (void) name;
    return refuse(err);
}

zdepth_status zdepth_scene_set(zdepth_scene *scene, int node, const char *key, const char *text,
                               zdepth_error *err)
{
    (void) scene;
    (void) node;
    (void) key;
    (void) text;
    return refuse(err);
}

zdepth_status zdepth_scene_get(const zdepth_scene *scene, int node, const char *key, char **out,
                               zdepth_error *err)
{
    (void) scene;
    (void) node;
    (void) key;
    (void) out;
    return refuse(err);
}

bool zdepth_scene_is_set(const zdepth_scene *scene, int node, const char *key)
{
    (void) scene;
    (void) node;
    (void) key;
    return false;
}

double zdepth_scene_number(const zdepth_scene *scene, int node, const char *key, int component,
                           double frame)
{
    (void) scene;
    (void) node;
    (void) key;
    (void) component;
    (void) frame;
    return 0.0;
}

int zdepth_scene_link(const zdepth_scene *scene, int node, const char *key, int index)
{
    (void) scene;
    (void) node;
    (void) key;
    (void) index;
    return -1;
}

int zdepth_scene_keyframe_count(const zdepth_scene *scene, int node, const char *key, int component)
{
    (void) scene;
    (void) node;
    (void) key;
    (void) component;
    return 0;
}

bool zdepth_scene_keyframe_at(const zdepth_scene *scene, int node, const char *key, int component,
                              int index, zdepth_scene_keyframe *out)
{
    (void) scene;
    (void) node;
    (void) key;
    (void) component;
    (void) index;
    (void) out;
    return false;
}

zdepth_status zdepth_scene_set_keyframe(zdepth_scene *scene, int node, const char *key,
                                        int component, zdepth_scene_keyframe keyframe,
                                        zdepth_error *err)
{
    (void) scene;
    (void) node;
    (void) key;
    (void) component;
    (void) keyframe;
    return refuse(err);
}

zdepth_status zdepth_scene_remove_keyframe(zdepth_scene *scene, int node, const char *key,
                                           int component, int index, zdepth_error *err)
{
    (void) scene;
    (void) node;
    (void) key;
    (void) component;
    (void) index;
    return refuse(err);
}

zdepth_status zdepth_scene_view_open(zdepth_context *context, const char *model,
                                     zdepth_scene_view **out, zdepth_error *err)
{
    (void) context;
    (void) model;
    *out = NULL;
    return refuse(err);
}

void zdepth_scene_view_close(zdepth_scene_view **view)
{
    *view = NULL;
}

zdepth_status zdepth_scene_view_set(zdepth_scene_view *view, const zdepth_scene *scene,
                                    zdepth_error *err)
{
    (void) view;
    (void) scene;
    return refuse(err);
}

zdepth_status zdepth_scene_view_render(zdepth_scene_view *view, const zdepth_scene_request *request,
                                       zdepth_error *err)
{
    (void) view;
    (void) request;
    return refuse(err);
}

bool zdepth_scene_view_place(zdepth_scene_view *view, int node, zdepth_scene_place *out)
{
    (void) view;
    (void) node;
    (void) out;
    return false;
}

zdepth_status zdepth_scene_view_snap(zdepth_scene_view *view, int axis, double x, double y,
                                     zdepth_scene_snap *out, zdepth_error *err)
{
    (void) view;
    (void) axis;
    (void) x;
    (void) y;
    (void) out;
    return refuse(err);
}

zdepth_status zdepth_scene_run(const zdepth_scene *scene, const zdepth_scene_job_options *options,
                               const zdepth_task *task, int *frames, zdepth_error *err)
{
    (void) scene;
    (void) options;
    (void) task;
    (void) frames;
    return refuse(err);
}
