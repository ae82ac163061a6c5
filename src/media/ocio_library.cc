/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* C++ because OpenColorIO has no other interface. Light of BT.709's primaries is no space of most
 * configurations: it is reached from one of the two roles by which configurations say how their colours
 * relate to others' (OpenColorIO's "interchange" roles), with a matrix computed from the primaries and
 * white points of SMPTE ST 2065-1 and BT.709, whites adapted by Bradford's transform. */

#include "media/ocio_library.h"

#include <OpenColorIO/OpenColorIO.h>
#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>

namespace OCIO = OCIO_NAMESPACE;

namespace {

struct configuration {
    OCIO::ConstConfigRcPtr config;
};

struct transform {
    OCIO::ConstCPUProcessorRcPtr processor;
    std::string identity;
};

struct meeting {
    const char *role;
    double to_bt709[16];
};

const meeting meetings[] = {
    { "aces_interchange",
      { 2.521686186743884, -1.1341309882397197, -0.38755519850416364, 0.0, -0.27647991422992185,
        1.372719087668256, -0.09623917343833398, 0.0, -0.015378064966034175, -0.1529753358673986,
        1.168353400833433, 0.0, 0.0, 0.0, 0.0, 1.0 } },
    { "cie_xyz_d65_interchange",
      { 3.2409699419045226, -1.537383177570094, -0.49861076029300344, 0.0, -0.9692436362808796,
        1.8759675015077204, 0.0415550574071756, 0.0, 0.05563007969699363, -0.2039769588889765,
        1.0569715142428784, 0.0, 0.0, 0.0, 0.0, 1.0 } },
};

const meeting &meeting_of(const OCIO::ConstConfigRcPtr &config)
{
    for (const meeting &m : meetings) {
        if (config->hasRole(m.role)) {
            return m;
        }
    }
    throw std::runtime_error(
        "it has no role aces_interchange and no cie_xyz_d65_interchange, which would "
        "say how its colours relate to BT.709's; give the frame a working_space, and "
        "each media a space");
}

OCIO::MatrixTransformRcPtr matrix_of(const meeting &m, OCIO::TransformDirection direction)
{
    OCIO::MatrixTransformRcPtr matrix = OCIO::MatrixTransform::Create();
    matrix->setMatrix(m.to_bt709);
    matrix->setDirection(direction);
    return matrix;
}

OCIO::ConstProcessorRcPtr processor_of(const OCIO::ConstConfigRcPtr &config, const zd_ocio_way &way)
{
    OCIO::GroupTransformRcPtr group = OCIO::GroupTransform::Create();
    const char *from = way.from;
    if (from == nullptr) {
        const meeting &m = meeting_of(config);
        group->appendTransform(matrix_of(m, OCIO::TRANSFORM_DIR_INVERSE));
        from = m.role;
    }
    if (way.view != nullptr) {
        OCIO::DisplayViewTransformRcPtr shown = OCIO::DisplayViewTransform::Create();
        shown->setSrc(from);
        shown->setDisplay(way.to);
        shown->setView(way.view[0] != '\0' ? way.view : config->getDefaultView(way.to));
        group->appendTransform(shown);
        return config->getProcessor(group);
    }
    const char *to = way.to != nullptr ? way.to : meeting_of(config).role;
    OCIO::ColorSpaceTransformRcPtr between = OCIO::ColorSpaceTransform::Create();
    between->setSrc(from);
    between->setDst(to);
    group->appendTransform(between);
    if (way.to == nullptr) {
        group->appendTransform(matrix_of(meeting_of(config), OCIO::TRANSFORM_DIR_FORWARD));
    }
    return config->getProcessor(group);
}

/* Runs `body`, which may throw, and says why in one line. */
template <typename body_type> int guarded(body_type body, char *reason, size_t size)
{
    try {
        body();
        return 0;
    } catch (const std::exception &problem) {
        std::snprintf(reason, size, "%s", problem.what());
    } catch (...) {
        std::snprintf(reason, size, "unknown");
    }
    for (char *at = reason; *at != '\0'; at++) {
        *at = *at == '\n' || *at == '\r' ? ' ' : *at;
    }
    return 1;
}

const char *name_at(const OCIO::ConstConfigRcPtr &config, zd_ocio_kind kind, const char *of,
                    int index)
{
    switch (kind) {
    case ZD_OCIO_SPACES:
        return index < config->getNumColorSpaces() ? config->getColorSpaceNameByIndex(index)
                                                   : nullptr;
    case ZD_OCIO_DISPLAYS:
        return index < config->getNumDisplays() ? config->getDisplay(index) : nullptr;
    case ZD_OCIO_VIEWS:
        return index < config->getNumViews(of) ? config->getView(of, index) : nullptr;
    }
    return nullptr;
}

} /* namespace */

int zd_ocio_library_open(const char *path, void **config, char *reason, size_t size)
{
    *config = nullptr;
    return guarded(
        [&] {
            OCIO::SetLoggingLevel(OCIO::LOGGING_LEVEL_NONE);
            OCIO::ConstConfigRcPtr read = OCIO::Config::CreateFromFile(path);
            read->validate();
            *config = new configuration{ read };
        },
        reason, size);
}

void zd_ocio_library_close(void *config)
{
    delete static_cast<configuration *>(config);
}

int zd_ocio_library_knows(void *config, zd_ocio_kind kind, const char *of, const char *name)
{
    const OCIO::ConstConfigRcPtr &c = static_cast<configuration *>(config)->config;
    char ignored[8];
    bool is_there = false;
    guarded(
        [&] {
            is_there = kind == ZD_OCIO_SPACES && c->getColorSpace(name) != nullptr;
            for (int i = 0; kind != ZD_OCIO_SPACES && name_at(c, kind, of, i) != nullptr; i++) {
                is_there = is_there || std::strcmp(name_at(c, kind, of, i), name) == 0;
            }
        },
        ignored, sizeof ignored);
    return is_there ? 1 : 0;
}

const char *zd_ocio_library_name(void *config, zd_ocio_kind kind, const char *of, int index)
{
    const char *name = nullptr;
    char ignored[8];
    guarded([&] { name = name_at(static_cast<configuration *>(config)->config, kind, of, index); },
            ignored, sizeof ignored);
    return name;
}

int zd_ocio_library_transform(void *config, const zd_ocio_way *way, void **out, char *reason,
                              size_t size)
{
    *out = nullptr;
    return guarded(
        [&] {
            OCIO::ConstProcessorRcPtr whole =
                processor_of(static_cast<configuration *>(config)->config, *way);
            OCIO::ConstCPUProcessorRcPtr fast =
                whole->getOptimizedCPUProcessor(OCIO::OPTIMIZATION_LOSSLESS);
            *out = new transform{ fast, fast->getCacheID() };
        },
        reason, size);
}

void zd_ocio_library_free(void *transform)
{
    delete static_cast<struct transform *>(transform);
}

int zd_ocio_library_apply(void *transform, float *data, int width, int height, int channels,
                          ptrdiff_t stride_bytes)
{
    char ignored[8];
    return guarded(
        [&] {
            OCIO::PackedImageDesc image(data, width, height, channels, OCIO::BIT_DEPTH_F32,
                                        static_cast<ptrdiff_t>(sizeof(float)),
                                        static_cast<ptrdiff_t>(sizeof(float)) * channels,
                                        stride_bytes);
            static_cast<struct transform *>(transform)->processor->apply(image);
        },
        ignored, sizeof ignored);
}

const char *zd_ocio_library_identity(void *transform)
{
    return static_cast<struct transform *>(transform)->identity.c_str();
}
