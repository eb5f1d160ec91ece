<?php
$config = ['accounts' => ['exampleauth:UserPass'] + json_decode(file_get_contents(getenv('KULANZ_FOLDER') . '/accounts.json'), true)];
