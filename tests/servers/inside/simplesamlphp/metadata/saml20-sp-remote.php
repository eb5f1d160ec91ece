<?php
// What tests have told it of the services that it lets people into; read anew for every request.
$metadata += json_decode(file_get_contents(getenv('KULANZ_FOLDER') . '/services.json'), true);
